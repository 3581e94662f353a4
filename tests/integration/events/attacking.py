"""What an attacker needs: requests that no library would send, and the bodies that doors expect."""

from __future__ import annotations

import copy
import re
import socket
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pymongo.database import Database

from kernel.audit.book import FRESH, HEAD, ROWS
from kernel.vault import HASHING, KEYVAULT

UNCOUNTED = {ROWS, HEAD, FRESH, KEYVAULT, HASHING}
STEPS = tuple[str | int, ...]
WORDS = {"date": "2031-01-01", "date-time": "2031-01-01T10:00:00+08:00"}


def raw_status(address: str, sent: bytes) -> int:
    """The status that answers these bytes; 0 when the connection is closed without a word."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=15) as line:
        try:
            line.sendall(sent)
            answer = line.recv(4096)
        except ConnectionError:  # it was refused before it was all sent
            return 0
    return int(answer.split()[1]) if answer else 0


def kept(database: Database[dict[str, Any]]) -> Mapping[str, int]:
    """How many documents each collection holds, but those that say who tried and those that keep
    the keys of the process, which writes them at its first need."""
    names = sorted(set(database.list_collection_names()) - UNCOUNTED)
    return {name: database[name].count_documents({}) for name in names}


def written_doors(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and body schema of every door that takes JSON."""
    for path, methods in described["paths"].items():
        for method, door in methods.items():
            content = door.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method.upper(), path, content["application/json"]["schema"]


def filled(path: str, value: str = "x") -> str:
    """The path with `value` for every parameter."""
    return re.sub(r"\{\w+\}", value, path)


def example(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Any:
    """A body with every field that the schema names."""
    schema = _resolved(schema, described)
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object" or "properties" in schema:
        return {name: example(each, described)
                for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema["items"], described)]
    plain: dict[Any, Any] = {"integer": schema.get("minimum", 1), "boolean": True}
    return plain.get(kind, WORDS.get(schema.get("format", ""), "words"))


def _resolved(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return _resolved(schema[several][0], described)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _resolved(described["components"]["schemas"][name], described)
    return schema


def texts(body: Any, steps: STEPS = ()) -> Iterator[STEPS]:
    """Where in the body texts stand."""
    if isinstance(body, str):
        yield steps
    elif isinstance(body, dict):
        for name, inner in body.items():
            yield from texts(inner, (*steps, name))
    elif isinstance(body, list):
        for number, inner in enumerate(body):
            yield from texts(inner, (*steps, number))


def put(body: Any, steps: STEPS, value: Any) -> Any:
    """A copy of the body with `value` at that place."""
    changed = copy.deepcopy(body)
    inner = changed
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = value
    return changed
