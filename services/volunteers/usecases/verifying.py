"""Verifying: every chain, head and told root worked out anew from what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.volunteers.domain.audit import Fault, Row, faults
from services.volunteers.domain.root import End, Root, Rooting, end_of
from services.volunteers.usecases.application import App


@dataclass(kw_only=True)
class Verified:
    """What was looked at, and what is wrong."""

    volunteers: int = 0
    entries: int = 0
    minutes: int = 0
    roots: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(app: App, *, person_ref: str | None = None) -> Verified:
    """Looks at one person's ledger, or at all of them and at every root that was told.

    Changes nothing. What is entered meanwhile may look wrong: a person with faults is looked at a
    second time. Raises Unavailable.
    """
    seen = Verified()
    if person_ref is not None:
        rows = list(app.store.audit.rows(person_ref))
        _look(app, seen, person_ref, rows, app.store.audit.heads([person_ref]).get(person_ref))
        return seen
    roots = app.store.roots.all()
    rootings = [Rooting() for _ in roots]
    people: set[str] = set()
    for who, rows, head in app.store.audit.everybody():
        people.add(who)
        _look(app, seen, who, rows, head)
        for rooting, end in zip(rootings, _ends(who, rows, roots), strict=True):
            if end:
                rooting.add(end)
    for who in app.store.audit.people() - people:
        _look(app, seen, who, [], app.store.audit.heads([who]).get(who))
    seen.roots = len(roots)
    seen.faults += _in_roots(roots, rootings, app.store.audit.told_roots())
    return seen


def _look(app: App, seen: Verified, who: str, rows: Sequence[Row], head: Row | None) -> None:
    found = list(faults(who, rows, head, app.store.audit.copies(who)))
    if found:
        rows, head = list(app.store.audit.rows(who)), app.store.audit.heads([who]).get(who)
        found = list(faults(who, rows, head, app.store.audit.copies(who)))
    seen.faults += found
    seen.volunteers += 1
    seen.entries += len(rows)
    seen.minutes += sum(row["minutes"] for row in rows if isinstance(row.get("minutes"), int))


def _ends(who: str, rows: Sequence[Row], roots: Sequence[Root]) -> Iterator[End | None]:
    """The person's last entry at the end of each root's day."""
    place = 0
    for root in roots:
        moment = end_of(root.day)
        while place < len(rows) and _entered(rows[place], moment) < moment:
            place += 1
        yield _end(who, rows[place - 1]) if place else None


def _entered(row: Row, otherwise: datetime) -> datetime:
    entered = row.get("entered_at")
    return entered if isinstance(entered, datetime) else otherwise


def _end(who: str, row: Row) -> End:
    return End(person_ref=who, number=row.get("number", 0), hash=row.get("hash", ""),
               minutes=row.get("balance", 0))


def _in_roots(roots: Sequence[Root], rootings: Sequence[Rooting],
              told: Mapping[str, str]) -> Iterator[Fault]:
    previous: str | None = None
    for place, (kept, rooting) in enumerate(zip(roots, rootings, strict=True)):
        day = kept.day.isoformat()
        found: Mapping[str, Any] = vars(rooting.root(kept.day, previous_root=previous))
        wrong = [name for name, value in vars(kept).items() if found[name] != value]
        if place == 0 and kept.previous_root is None:
            wrong = [name for name in wrong if name != "previous_root"]
        for name in wrong:
            yield Fault(person_ref=f"root of {day}", number=None, field=name,
                        what="is not what the ledgers give")
        if told.get(day, kept.root) != kept.root:
            yield Fault(person_ref=f"root of {day}", number=None, field="root",
                        what="is not what was told")
        previous = kept.root
