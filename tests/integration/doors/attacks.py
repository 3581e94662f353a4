"""Attacks on whatever doors a service describes: a new door is attacked as soon as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import requests

from tests.integration.events.attacking import example, filled, put, texts

OPERATORS = [{"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"$where": "sleep(9000)"}, ["$gt", ""]]
MARK = "'\"><svg/onload=hit()>"
HIT = "<svg/onload"  # stands in a page only where MARK was not escaped
ELSEWHERE = "evil.example"
LINK = re.compile(rf"""(?:href|src|action)=["'](?:\w+:)?[/\\]{{2}}{re.escape(ELSEWHERE)}""")
WORDS = ["$gt", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "%ff%fe", "%c0%ae%c0%ae", "%ed%a0%80",
         "%0d%0aX-Injected:%201", "a" * 4000, "..;", "%5c..%5c", "-1", quote(MARK, safe=""),
         "%F0%9F%A4%96", "%C8%BE", "{{7*7}}", "null", "%2500", "[$ne]=1"]
HEADS = {  # heads by which a proxy or a framework is led to take a request for another one
    "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE", "X-HTTP-Method": "PUT",
    "X-Original-URL": "/staff/audit", "X-Rewrite-URL": "/staff/audit",
    "X-Forwarded-Host": ELSEWHERE, "X-Host": ELSEWHERE, "Forwarded": f"host={ELSEWHERE}",
    "X-Forwarded-Prefix": f"//{ELSEWHERE}", "X-Forwarded-User": "all", "Remote-User": "all",
    "nameko.call_id_stack": "['x']", "X-Real-IP": "127.0.0.1", "Via": MARK, "Referer": MARK,
    "User-Agent": MARK, "Accept-Language": MARK, "Cookie": f"xiangxin_mine={'0' * 32}; a={MARK}",
}


@dataclass(frozen=True)
class Attack:
    """One call; `told` says what it tries."""

    told: str
    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and description of every door; those that answer without end are left out."""
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            if path != "/live":
                yield method.upper(), path, told


def bodies(described: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str, Any]]:
    """Method, path and an example of what each door takes as this media type."""
    for method, path, told in operations(described):
        content = told.get("requestBody", {}).get("content", {})
        if kind in content:
            yield method, filled(path), example(content[kind]["schema"], described)


def as_operators(described: Mapping[str, Any], *, each: int) -> Iterator[Attack]:
    """An operator of the database in the place of every text of every body, `each` of them."""
    for method, path, body in bodies(described, "application/json"):
        for number, place in enumerate(texts(body)):
            for turn in range(each):
                operator = OPERATORS[(number + turn) % len(OPERATORS)]
                yield _json(f"{operator} at {place}", method, path, put(body, place, operator))


def as_bodies(described: Mapping[str, Any]) -> Iterator[Attack]:
    """What is no body, to every door that takes one."""
    for method, path, body in bodies(described, "application/json"):
        name = next(iter(body), "x")
        twice = f'{{"{name}": {json.dumps(body.get(name))}, "{name}": {{"$gt": ""}}}}'
        for told, raw in [
            ("twice", twice.encode()), ("deep", b'{"a":' * 9_000 + b"1" + b"}" * 9_000),
            ("proto", b'{"__proto__": {"a": 1}, "constructor": 1, "$where": "1", "a.b": 1}'),
            ("numbers", f'{{"{name}": 1e999, "x": -0}}'.encode()), ("not UTF-8", b'{"a": "\xff"}'),
        ]:
            yield Attack(told, method, path, raw, {"Content-Type": "application/json"})
        for kind in ("text/xml", "application/x-www-form-urlencoded", "multipart/form-data", "?"):
            yield Attack(kind, method, path, b"<a>&b;</a>", {"Content-Type": kind})


def as_forms(described: Mapping[str, Any]) -> Iterator[Attack]:
    """Every form: MARK in each field, operators as names, too many fields, one that is huge."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for method, path, body in bodies(described, "application/x-www-form-urlencoded"):
        names = list(body) or ["x"]
        for told, pairs in [
            ("marks", [(name, MARK) for name in names]),
            ("operators", [(f"{name}[$gt]", "") for name in names]),
            ("twice", [(name, value) for name in names for value in ("1", MARK)]),
            ("huge", [(name, "长" * (5_000 // len(names))) for name in names]),
            ("many", [(f"{names[0]}{number}", "1") for number in range(600)]),
            ("NUL", [(name, "a\x00b\r\nX-Injected: 1") for name in names]),
        ]:
            yield Attack(told, method, path, urlencode(pairs).encode(), kind)
        yield Attack("bytes", method, path, b"%ff%fe=%ed%a0%80&\xff=&&=;", kind)


def as_queries(described: Mapping[str, Any]) -> Iterator[Attack]:
    """Every parameter of every address, each attack in all of them at once."""
    for method, path, told in operations(described):
        names = [each["name"] for each in told.get("parameters", []) if each["in"] == "query"]
        for word in (quote(MARK), "%00", "%ff", f"//{ELSEWHERE}/", "1e999", "9" * 400):
            if names and method == "GET":
                query = "&".join(f"{name}={word}&{name}[$gt]=" for name in names)
                yield Attack(f"{word[:20]} in a query", method, f"{filled(path)}?{query}")


def as_numbers(described: Mapping[str, Any]) -> Iterator[Attack]:
    """Every number in an address by itself: larger than the database's, below zero, none."""
    for method, path, told in operations(described):
        for given in told.get("parameters", []):
            if given["in"] == "query" and "integer" in str(given["schema"].get("type")):
                for word in (str(2 ** 70), str(2 ** 63), "9" * 5_000, "-1", "1e3", "٣"):
                    target = f"{filled(path)}?{given['name']}={quote(word)}"
                    yield Attack(f"{word[:20]} as a number", method, target)


def as_paths(described: Mapping[str, Any], words: list[str]) -> Iterator[Attack]:
    """Words in the place of what a path names; where it offers a choice, an honest one."""
    for method, path, told in operations(described):
        path = chosen(path, told)
        if "{" in path:
            for word in words:
                yield Attack(f"{word[:20]} in a path", method, filled(path, word))


def chosen(path: str, told: Mapping[str, Any]) -> str:
    """The path with the first of each choice that it offers."""
    for given in told.get("parameters", []):
        if given["in"] == "path" and "enum" in given["schema"]:
            path = path.replace(f"{{{given['name']}}}", given["schema"]["enum"][0])
    return path


def as_heads(described: Mapping[str, Any]) -> Iterator[Attack]:
    """Every head at once, to each address that is only looked at."""
    for method, path, _ in operations(described):
        if method == "GET":
            yield Attack("heads", method, filled(path), b"", HEADS)


def fault(attack: Attack, answer: requests.Response) -> str | None:
    """What is wrong with the answer; None when it is an honest one."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    status = answer.status_code
    if status >= 500 and not (status == 503 and "Retry-After" in answer.headers):
        return f"{status} {answer.text[:300]}"
    if status >= 400 and kind not in ("application/problem+json", "text/html"):
        return f"{status} as {kind}"
    led_to = urlsplit(urljoin("http://here/", answer.headers.get("Location", "")))
    if "X-Injected" in answer.headers or led_to.netloc != "here":
        return f"led on to {led_to.geturl()}: {answer.headers}"
    if kind == "text/html" and (HIT in answer.text or LINK.search(answer.text)):
        return f"{status}: told back as it came"
    return None


def _json(told: str, method: str, path: str, body: Any) -> Attack:
    return Attack(told, method, path, json.dumps(body).encode(),
                  {"Content-Type": "application/json"})
