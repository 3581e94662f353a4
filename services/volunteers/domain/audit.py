"""Auditing a chain: what of a person's kept entries is not as it was entered, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from kernel.clock import local_day
from kernel.digest import FIRST, digest
from services.volunteers.domain.entry import Entry, Line, reversal_id
from services.volunteers.domain.spans import MINUTE

Row = Mapping[str, Any]  # an entry as it is kept, `_id` included
FIELDS = frozenset(field.name for field in fields(Entry))
_WORTH = tuple(field.name for field in fields(Line) if field.name != "key")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that was altered: whose ledger (or which day's root), which entry (None: the head
    or the root itself), and which field where that can be told."""

    whose: str
    number: int | None
    field: str | None
    what: str

    def __str__(self) -> str:
        entry = f"entry {self.number}" if self.number else ""
        return ": ".join(filter(None, (self.whose, ", ".join(
            filter(None, (entry, self.field))), self.what)))


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A line that counts as it is kept beside what was heard; a second witness of its entry."""

    entry_id: str
    line: Row


def faults(person_ref: str, rows: Sequence[Row], head: Row | None,
           copies: Mapping[int, Copy]) -> Iterator[Fault]:
    """Everything that is wrong with a person's chain, its head and the lines that count.

    `rows` are in order of their keys; `head` is the kept one; `copies` by number of the entry.
    """
    yield from _in_chain(person_ref, rows, head, copies)
    yield from _in_head(person_ref, rows[-1] if rows else None, head)
    yield from _in_lines(person_ref, rows, copies)


def _in_chain(person_ref: str, rows: Sequence[Row], head: Row | None,
              copies: Mapping[int, Copy]) -> Iterator[Fault]:
    number, previous, balance = 0, FIRST, 0
    worth: dict[str, Row] = {}
    for place, row in enumerate(rows):
        key = int(row["_id"].rpartition("/")[2])
        if missing := range(number + 1, key):
            yield Fault(whose=person_ref, number=missing[0], field=None,
                        what=f"{len(missing)} missing")
            previous, balance = row.get("previous", ""), _whole(row, "balance", "minutes")
        following = rows[place + 1] if place + 1 < len(rows) else None
        after = following.get("previous") if following else (head or {}).get("hash")
        expected = {"person_ref": person_ref, "number": key, "previous": previous}
        if not missing:
            expected["balance"] = balance + row["minutes"] if _is_whole(row, "minutes") else None
        names = [name for name, value in expected.items() if row.get(name) != value]
        names += _own_faults(row, worth, copies.get(key))
        yield from _of_row(person_ref, key, row, after, list(dict.fromkeys(names)))
        number, previous = key, row.get("hash", "")
        balance = row["balance"] if _is_whole(row, "balance") else balance
        worth[str(row.get("entry_id"))] = row


def _of_row(person_ref: str, number: int, row: Row, after: Any,
            names: list[str]) -> Iterator[Fault]:
    """Says which field was altered when only one can have been, else everything that disagrees."""
    found = digest({name: value for name, value in row.items() if name != "_id"})
    if found == row.get("hash"):
        for name in names:
            yield Fault(whose=person_ref, number=number, field=name,
                        what="does not fit its neighbours")
    elif found == after:
        yield Fault(whose=person_ref, number=number, field="hash", what="was altered")
    else:
        strange = sorted(FIELDS ^ (row.keys() - {"_id"}))
        named = strange or names
        yield Fault(whose=person_ref, number=number, field=", ".join(named) or None,
                    what="was altered: its content is not what its hash says")


def _own_faults(row: Row, worth: Mapping[str, Row], copy: Copy | None) -> Iterator[str]:
    """Fields that contradict others of the same entry, the one it reverses, or its copy."""
    try:
        if row["day"] != local_day(row["session"]["starts_at"]).isoformat():
            yield "day"
        if reversed_id := row["reverses"]:
            yield from _of_reversal(row, reversed_id, worth.get(reversed_id))
        elif row["state"] == "credited" and row["minutes"] != _minutes(row["spans"]):
            yield "minutes"
        if copy:
            if copy.entry_id != row["entry_id"]:
                yield "entry_id"
            yield from (name for name in _WORTH if row[name] != copy.line[name])
    except (KeyError, TypeError, AttributeError, ValueError):
        yield from sorted(FIELDS - row.keys())


def _of_reversal(row: Row, reversed_id: str, reversed_row: Row | None) -> Iterator[str]:
    if row["entry_id"] != reversal_id(reversed_id):
        yield "reverses"
    if reversed_row is None:
        yield "reverses"
    elif row["minutes"] != -reversed_row["minutes"]:
        yield "minutes"


def _minutes(spans: Sequence[Row]) -> int:
    parts: list[tuple[datetime, datetime]] = [(span["start"], span["end"]) for span in spans]
    seconds = sum((end - start).total_seconds() for start, end in parts)
    return int(seconds // MINUTE.total_seconds())


def _in_head(person_ref: str, last: Row | None, head: Row | None) -> Iterator[Fault]:
    if head is None or last is None:
        if last is not None or (head and head.get("number")):
            what = "missing" if head is None else "says that there are entries: they are missing"
            yield Fault(whose=person_ref, number=None, field="head", what=what)
        return
    if head.get("number") != last.get("number") and _is_whole(head, "number"):
        missing = head["number"] - int(last["_id"].rpartition("/")[2])
        if missing > 0:
            yield Fault(whose=person_ref, number=head["number"] - missing + 1, field=None,
                        what=f"{missing} missing")
            return
    ends = {"number": "number", "hash": "hash", "minutes": "balance", "entered_at": "entered_at"}
    for name, of_entry in ends.items():
        if head.get(name) != last.get(of_entry):
            yield Fault(whose=person_ref, number=None, field=f"head, {name}",
                        what="is not what the last entry says")


def _in_lines(person_ref: str, rows: Sequence[Row], copies: Mapping[int, Copy]) -> Iterator[Fault]:
    """What counts now must be the entries that are not reversed."""
    gone = {row.get("reverses") for row in rows}
    standing = {row.get("number") for row in rows
                if not row.get("reverses") and row.get("entry_id") not in gone}
    for number in sorted(copies.keys() ^ standing, key=str):
        what = "counts, but is not in the ledger" if number in copies else "is not counted"
        yield Fault(whose=person_ref, number=number, field=None, what=what)


def _is_whole(row: Row, name: str) -> bool:
    return isinstance(row.get(name), int)


def _whole(row: Row, balance: str, minutes: str) -> int:
    """The balance before this entry, as far as it says."""
    if _is_whole(row, balance) and _is_whole(row, minutes):
        return int(row[balance]) - int(row[minutes])
    return 0
