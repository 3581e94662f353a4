"""Rows of the audit log: what of an act is kept, and the chain that links them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kernel.audit.act import Act
from kernel.digest import FIRST, digest
from kernel.logs import without_numbers

Row = Mapping[str, Any]
START: Row = {"number": 0, "hash": FIRST}
LONGEST = 200
_PLAIN = re.compile(r"[A-Za-z0-9._:/+,#*-]{0,100}")  # codes, references, moments
_HIDDEN = "***"


def row_of(act: Act, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a row. No name, telephone or document number gets in, whoever passes one: only
    what looks like a code, a reference or a moment is kept as it is, and numbers lose their end
    (C-30)."""
    return {
        "kind": act.kind, "by": act.by, "roles": sorted(act.roles), "what": act.what,
        "place": _path(act.place), "code": act.code, "address": act.address,
        "correlation": act.correlation,
        "before": {name: _plain(value) for name, value in before.items()},
        "after": {name: _plain(value) for name, value in after.items()},
    }


def chained(head: Row, content: Row) -> dict[str, Any]:
    """The row at the end of the chain, with its number and hashes."""
    row = {**content, "number": head["number"] + 1, "previous": head["hash"]}
    return {**row, "hash": digest(row)}


def faults(rows: Iterator[Row], head: Row) -> Iterator[str]:
    """Rows in order of their numbers against each other and the head: one sentence for each place
    where one was changed, is missing, or was added."""
    number, previous = 0, FIRST
    for row in rows:
        own = {name: value for name, value in row.items() if name != "_id"}
        key = row["_id"]
        if key > number + 1:
            yield f"row {_span(number + 1, key - 1)}: missing"
            previous = own.get("previous", "")
        if own.get("number") != key:
            yield f"row {key}: says that it is number {own.get('number')}"
        if own.get("previous") != previous:
            yield f"row {key}: does not follow row {key - 1} as it is: one of the two was replaced"
        if digest(own) != own.get("hash"):
            yield f"row {key}: was changed: its content is not what its hash says"
        number, previous = key, own.get("hash", "")
    if number < head["number"]:
        yield f"row {_span(number + 1, head['number'])}: missing at the end"
    elif number > head["number"]:
        yield f"row {_span(head['number'] + 1, number)}: added at the end"
    elif previous != head["hash"]:
        yield f"the head does not name the hash of row {number}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _path(place: str) -> str:
    shown = "".join(each if " " <= each <= "~" else "?" for each in place)
    return without_numbers(shown)[:LONGEST]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return without_numbers(text) if _PLAIN.fullmatch(text) else _HIDDEN
