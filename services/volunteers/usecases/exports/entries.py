"""Entries for other systems, each exactly once: an append-only export that is asked in turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from services.volunteers.domain.chain import Head
from services.volunteers.domain.delta import BEGINNING, Cursor
from services.volunteers.domain.entry import Entry
from services.volunteers.usecases.application import App
from services.volunteers.usecases.rooting import SETTLED_AFTER

_INSTANT = timedelta(milliseconds=1)  # what the database tells apart


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Some entries, and the cursor to ask with next; `complete` when there is nothing more up to
    ten minutes ago."""

    entries: list[Entry]
    next: Cursor
    complete: bool


def entries_since(app: App, cursor: Cursor, *, limit: int) -> Taken:
    """The next entries after the cursor, at most `limit`; by number within a person, so that who
    follows can check each chain (C-16).

    What was entered in the last ten minutes waits for the next round: by then all work that began
    before is committed, as for the daily root. A round looks at every head of a ledger once,
    whatever was added. Safe to repeat: the same cursor gives the same entries until its round
    ends, for nothing in the ledger changes. Raises Unavailable.
    """
    cursor = cursor.began(app.clock() - SETTLED_AFTER)
    assert cursor.until is not None
    entries: list[Entry] = []
    for head in app.store.heads.from_on(cursor.person_ref, cursor.since):
        entries += _of_person(app, head, cursor, limit - len(entries))
        if len(entries) == limit:
            last = entries[-1]
            return Taken(entries=entries, next=cursor.after(last.person_ref, last.number),
                         complete=False)
    return Taken(entries=entries, next=cursor.ended(), complete=True)


def _of_person(app: App, head: Head, cursor: Cursor, limit: int) -> Iterator[Entry]:
    """Times never go back within a chain, so what belongs to the round is one range of numbers."""
    after = cursor.number
    if head.person_ref != cursor.person_ref:
        before = None
        if cursor.since > BEGINNING:
            before = app.store.entries.last_by(head, cursor.since - _INSTANT)
        after = before.number if before else 0
    last = min(head.number, after + limit)
    found = app.store.entries.numbered(head.person_ref, after + 1, last) if last > after else []
    return takewhile(lambda entry: cursor.until is None or entry.entered_at < cursor.until, found)
