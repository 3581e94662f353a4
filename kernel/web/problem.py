"""What a door answers when it cannot do what was asked: application/problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from marshmallow import ValidationError

Headers = list[tuple[str, str]]

TITLES = {
    "invalid_input": "填写的内容有误",
    "bad_json": "请求内容不是有效的 JSON",
    "not_found": "没有找到",
    "method_not_allowed": "这个地址不支持该操作",
    "too_large": "请求内容过大",
    "length_required": "请求须注明长度",
    "unsupported_media_type": "请求内容的格式不受支持",
    "token_required": "需要工作人员身份",
    "token_refused": "身份凭证无效",
    "viewer_needed": "需要查看工作台的权限",
    "desk_needed": "需要现场登记的权限",
    "organiser_needed": "需要组织活动的权限",
    "checker_needed": "需要核查时长的权限",
    "department_needed": "需要代表部门决定的权限",
    "caseworker_needed": "需要查看保密内容的权限",
    "names_needed": "需要查看姓名和号码的权限",
    "operator_needed": "需要运维的权限",
    "auditor_needed": "需要查阅审计记录的权限",
    "outside_scope": "不在您负责的项目或街道范围内",
    "other_origin": "请在本站的页面上操作",
    "too_many_orders": "请求太频繁，请稍后再试",
    "unavailable": "系统暂时繁忙，请稍后再试",
    "overloaded": "系统暂时繁忙，请稍后再试",
    "idempotency_key_reused": "同一个 Idempotency-Key 已用于另一项请求",
    "bad_idempotency_key": "Idempotency-Key 须为 1 至 200 个可见字符",
    "internal_error": "系统出错，请稍后再试",
}


@dataclass(frozen=True)
class Problem:
    """A row of a service's error table: HTTP status and stable code; title as people read it."""

    status: int
    code: str
    title: str | None = None


@dataclass(eq=False)
class Refused(Exception):
    """Raise to answer with `problem`; `detail` is shown, so it holds no personal words."""

    problem: Problem
    detail: str | None = None
    errors: Mapping[str, list[str]] | None = None
    headers: Headers = field(default_factory=list)
    members: Mapping[str, Any] = field(default_factory=dict)  # further ones of the document


def reply(refused: Refused) -> tuple[int, Headers, bytes]:
    """Status, headers and body of the answer."""
    problem = refused.problem
    body: dict[str, Any] = {
        "type": f"urn:xiangxin:problem:{problem.code}",
        "title": title(problem),
        "status": problem.status,
        "code": problem.code,
    }
    if refused.detail:
        body["detail"] = refused.detail
    if refused.errors is not None:
        body["errors"] = refused.errors
    body |= refused.members
    headers = [("Content-Type", "application/problem+json"), *extra_headers(refused)]
    return problem.status, headers, json.dumps(body, ensure_ascii=False).encode()


def title(problem: Problem) -> str:
    """As people read it."""
    return problem.title or TITLES.get(problem.code) or HTTPStatus(problem.status).phrase


def extra_headers(refused: Refused) -> Headers:
    """What else the answer says; 503 always says when to come back."""
    if refused.problem.status == 503 and not refused.headers:
        return [("Retry-After", "2")]
    return refused.headers


def invalid_input(errors: Mapping[str, Any]) -> Refused:
    """422 with every field at fault; nested fields are named with dots (`party.0.phone`)."""
    return Refused(Problem(422, "invalid_input"), errors=dict(flat(errors)))


def flat(errors: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Marshmallow's nested messages as (dotted field, reasons)."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            step = "" if name == "_schema" else str(name)
            yield from flat(inner, ".".join(part for part in (path, step) if part))
    else:
        reasons = errors if isinstance(errors, list) else [errors]
        yield path or "body", [str(reason) for reason in reasons]


def refusal(exc: Exception, table: Mapping[type[Exception], Problem]) -> Refused | None:
    """What `table` says of `exc`, the most specific class first; None when it says nothing."""
    if isinstance(exc, Refused):
        return exc
    if isinstance(exc, ValidationError):
        return invalid_input(exc.normalized_messages())
    for cls in type(exc).__mro__:
        if cls in table:
            errors = getattr(exc, "errors", None)
            return Refused(table[cls], detail=str(exc) or None,
                           errors=errors if isinstance(errors, Mapping) else None,
                           headers=_when(table[cls], exc),
                           members=getattr(exc, "members", {}))
    return None


def status_of(exc: Exception, table: Mapping[type[Exception], Problem]) -> int:
    """The status that the doors give for `exc`, for a page that shows it beside its form."""
    found = refusal(exc, table)
    return found.problem.status if found else 409


def _when(problem: Problem, exc: Exception) -> Headers:
    """429 says when to come back, where the broken rule knows it (`seconds`)."""
    seconds = getattr(exc, "seconds", None)
    return [("Retry-After", str(seconds))] if problem.status == 429 and seconds else []
