"""One request as a door's method sees it: checked body and query, caller, key of repetition."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Request

from kernel.audit.auditor import Auditor
from kernel.logins import Logins
from kernel.rights import NOBODY, Resident, Rights
from kernel.transaction import Once
from kernel.web.access import resident
from kernel.web.problem import Problem, Refused, flat, invalid_input

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(slots=True)
class Form:
    """A form sent by a page: what was typed, and either its `values` or what is wrong per field."""

    typed: Mapping[str, Any]
    values: Any = None
    errors: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """`body` and `query` are what the door's schemas loaded; `raw` the bytes as they came.

    `once` is set when a writing door was given an Idempotency-Key; `rights` are what the token that
    came with the request opens; `form` only at doors declared with `form=`. `address` is where the
    request came from, as far as our own proxies vouch for it; `auditor` keeps what is no change,
    and `logins` reads who signed in, where a process has one.
    """

    environ: Mapping[str, Any]
    raw: bytes = b""
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    form: Form | None = None
    once: Once | None = None
    rights: Rights = NOBODY
    correlation: str = ""
    traceparent: str | None = None
    address: str | None = None
    auditor: Auditor | None = None
    logins: Logins | None = None

    @property
    def resident(self) -> Resident | None:
        """The resident who is signed in here, looked up anew each time. Raises Unavailable."""
        return resident(self.environ, self.logins)

    @property
    def media_type(self) -> str:
        """What the body is said to be, in lower case, without parameters."""
        return str(self.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()

    @property
    def staff(self) -> bool:
        return self.rights.staff

    @property
    def confidential(self) -> bool:
        """Whether the caller may see what is confidential."""
        return self.rights.confidential

    @property
    def request(self) -> Request:
        """The request for whatever is not above (headers, cookies); made on demand."""
        return Request(dict(self.environ), populate_request=False)


def correlation_of(environ: Mapping[str, Any]) -> str:
    """The caller's X-Correlation-Id when it is harmless, else a new one."""
    given = environ.get("HTTP_X_CORRELATION_ID")
    return given if given and _CORRELATION.fullmatch(given) else uuid4().hex


def traceparent_of(environ: Mapping[str, Any]) -> str | None:
    """The W3C trace context when well-formed."""
    given = environ.get("HTTP_TRACEPARENT")
    return given if given and _TRACEPARENT.fullmatch(given) else None


def once_of(environ: Mapping[str, Any], door: str, raw: bytes) -> Once | None:
    """The Idempotency-Key, scoped by door, with a fingerprint of what was asked."""
    key = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(Problem(400, "bad_idempotency_key"))
    asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}\n".encode("latin-1", "replace")
    return Once(key=f"{door}:{key}", fingerprint=sha256(asked + raw).hexdigest())


def read_query(environ: Mapping[str, Any], schema: Schema) -> Mapping[str, Any]:
    """The query by `schema`; repeated parameters: the last wins. Raises Refused(422)."""
    pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=False)
    try:
        loaded: Mapping[str, Any] = schema.load(dict(pairs))
        return loaded
    except ValidationError as exc:
        raise invalid_input(exc.normalized_messages()) from None


def read_body(environ: Mapping[str, Any], raw: bytes, schema: Schema) -> Any:
    """The JSON body by `schema`. Raises Refused: 415 for a form, 400 bad JSON, 422 bad fields."""
    kind = environ.get("CONTENT_TYPE") or ""
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/")):
        raise Refused(Problem(415, "unsupported_media_type"), "send application/json")
    try:
        return schema.load(_json(raw))
    except ValidationError as exc:
        raise invalid_input(exc.normalized_messages()) from None


def read_form(raw: bytes, schema: Schema) -> Form:
    """A URL-encoded form; wrong fields are told in it, not raised: the page shows them."""
    typed: dict[str, Any] = {}
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError as exc:
        raise Refused(Problem(400, "bad_form"), str(exc)) from None
    for name, value in pairs:
        typed[name] = value.strip()
    try:
        return Form(typed, schema.load({name: value for name, value in typed.items() if value}))
    except ValidationError as exc:
        return Form(typed, None, dict(flat(exc.normalized_messages())))


def _json(raw: bytes) -> Any:
    try:
        value = _decode(raw.decode("utf-8"))
        if b"\\u" in raw:  # half a surrogate pair passes the parser but can never be stored
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as exc:
        reason = str(exc) if isinstance(exc, json.JSONDecodeError) else "not JSON in UTF-8"
        raise Refused(Problem(400, "bad_json"), reason) from None
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_no_constant).decode  # making one is dear
