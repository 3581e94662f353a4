"""The doors described as OpenAPI 3.1, from what they declare and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema
from werkzeug.wrappers import Response

from kernel.web.access import ANYONE, PROVIDER, STAFF, SUBSCRIBER, Allow
from kernel.web.door import Door

_PARAMETER = re.compile(r"<(?:(?P<kind>[a-z]+)(?:\((?P<words>[^)]*)\))?:)?(?P<name>\w+)>")
_PAGE = "text/html"
_FILE = {"schema": {"type": "string"}}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def describe(service: str, doors: Iterable[Door]) -> dict[str, Any]:
    """The document; built anew at each call, so the caller keeps it."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(title=f"xiangxin {service}", version="1", openapi_version="3.1.0",
                   plugins=[plugin])
    assert plugin.converter is not None
    plugin.converter.add_attribute_function(_as_it_says)
    spec.components.schema("Problem", _PROBLEM)
    for who in (STAFF, PROVIDER, SUBSCRIBER):
        spec.components.security_scheme(who.value, {"type": "http", "scheme": "bearer"})
    for door in sorted(doors, key=lambda one: (one.url, one.method)):
        methods = [method.lower() for method in door.method.split(",")]
        path = _PARAMETER.sub(r"{\g<name>}", door.url)
        spec.path(path=path, operations={method: _operation(door, method) for method in methods})
    described: dict[str, Any] = spec.to_dict()
    return described


def _operation(door: Door, method: str) -> dict[str, Any]:
    told = getattr(door.container.service_cls, door.method_name).__doc__ or ""
    operation: dict[str, Any] = {
        "operationId": f"{door.method_name}_{method}" if "," in door.method else door.method_name,
        "summary": told.strip().split("\n")[0],
        "parameters": _parameters(door),
        "responses": _responses(door),
    }
    if door.allow is not ANYONE:
        operation["security"] = [_security(door.allow)]
    for schema, kind in (
        (door.body, "application/json"), (door.form, "application/x-www-form-urlencoded"),
    ):
        if schema is not None and method != "get":
            content = {kind: {"schema": schema}}
            operation["requestBody"] = {"required": True, "content": content}
    if door.accepts:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True,
                                    "content": dict.fromkeys(door.accepts, binary)}
    return operation


def _security(allow: Allow) -> dict[str, list[str]]:
    """By whose token, and which permission it must bring (OpenAPI 3.1 lets it stand there)."""
    if allow.permission is None:
        return {allow.value: []}
    return {STAFF.value: [allow.permission.value]}


def _parameters(door: Door) -> list[Any]:
    found: list[Any] = [
        {"in": "path", "name": match["name"], "required": True, "schema": _path_schema(match)}
        for match in _PARAMETER.finditer(door.url)
    ]
    if door.query is not None:
        found.append({"in": "query", "schema": door.query})
    if door.writes:
        key = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        found.append({"in": "header", "name": "Idempotency-Key", "schema": key})
    return found


def _path_schema(match: re.Match[str]) -> dict[str, Any]:
    if match["kind"] == "any":
        return {"type": "string", "enum": [word.strip() for word in match["words"].split(",")]}
    if match["kind"] == "int":
        return {"type": "integer", "minimum": 0}
    return {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}


def _responses(door: Door) -> dict[str, Any]:
    """What is answered when it is done, and `default` for everything else."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    kinds = _kinds(door)
    done: dict[str, Any] = {"204": {"description": "done"}}
    if door.answer is not None:
        told = {"description": "done", "content": {"application/json": {"schema": door.answer}}}
        done = {str(status): told for status in (door.status, *door.also)}
    elif kinds:
        done = {"200": {"description": "done", "content": dict.fromkeys(kinds, _FILE)}}
    otherwise = problem
    if _PAGE in kinds:
        done["303"] = {"description": "done; `Location` is the page to look at"}
        otherwise = {**problem, _PAGE: _FILE}
    return {**done, "default": {"description": "not done; `code` says why", "content": otherwise}}


def _kinds(door: Door) -> tuple[str, ...]:
    """The media types of what a door gives that answers with a werkzeug Response: a page."""
    method = getattr(door.container.service_cls, door.method_name)
    returned = method.__annotations__.get("return")
    is_page = returned is Response or returned == Response.__name__
    return door.gives or ((_PAGE,) if is_page else ())


def _as_it_says(converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """What a field says of itself where its type alone would not say what the door takes."""
    described = getattr(field, "described", None)
    found: dict[str, Any] = described(converter.resolve_nested_schema) if described else {}
    return found


def _schema_name(schema: Any) -> str:
    """The class's name; a schema that was narrowed or loosened gets what was done in its name."""
    if isinstance(schema, Schema):
        changes = [*(schema.only or ()), *(f"not_{name}" for name in schema.exclude)]
        partial = ["partial"] if schema.partial else []
        return "_".join([type(schema).__name__, *sorted(changes), *partial])
    return str(getattr(schema, "__name__", schema))
