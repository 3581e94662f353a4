"""The doors described as OpenAPI 3.1, from what they declare and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from kernel.web.access import ANYONE
from kernel.web.door import Door

_PARAMETER = re.compile(r"<(?:(?P<kind>[a-z]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
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
    spec = APISpec(
        title=f"xiangxin {service}", version="1", openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )
    spec.components.schema("Problem", _PROBLEM)
    for allow in ("staff", "caseworker", "provider"):
        spec.components.security_scheme(allow, {"type": "http", "scheme": "bearer"})
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
        operation["security"] = [{door.allow.value: []}]
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


def _parameters(door: Door) -> list[Any]:
    found: list[Any] = [
        {
            "in": "path", "name": match["name"], "required": True,
            "schema": {"type": "integer" if match["kind"] == "int" else "string"},
        }
        for match in _PARAMETER.finditer(door.url)
    ]
    if door.query is not None:
        found.append({"in": "query", "schema": door.query})
    if door.writes:
        text = {"type": "string", "maxLength": 200}
        found.append({"in": "header", "name": "Idempotency-Key", "schema": text})
    return found


def _responses(door: Door) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "done"}
    if door.answer is not None:
        done["content"] = {"application/json": {"schema": door.answer}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(door.status): done,
        "default": {"description": "not done; `code` says why", "content": problem},
    }


def _schema_name(schema: Any) -> str:
    """The class's name; a schema that was narrowed or loosened gets what was done in its name."""
    if isinstance(schema, Schema):
        changes = [*(schema.only or ()), *(f"not_{name}" for name in schema.exclude)]
        partial = ["partial"] if schema.partial else []
        return "_".join([type(schema).__name__, *sorted(changes), *partial])
    return str(getattr(schema, "__name__", schema))
