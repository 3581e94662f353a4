"""Entries for other systems, each exactly once: an append-only export that is asked in turns."""

from __future__ import annotations

from dataclasses import dataclass

from services.volunteers.domain.delta import Cursor
from services.volunteers.domain.entry import Entry
from services.volunteers.usecases.application import App
from services.volunteers.usecases.rooting import SETTLED_AFTER


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
        after = cursor.number if head.person_ref == cursor.person_ref else 0
        left = limit - len(entries)
        if head.number <= after:
            continue
        entries += app.store.entries.between(head.person_ref, after=after, since=cursor.since,
                                             until=cursor.until, limit=left)
        if len(entries) == limit:
            last = entries[-1]
            return Taken(entries=entries, next=cursor.after(last.person_ref, last.number),
                         complete=False)
    return Taken(entries=entries, next=cursor.ended(), complete=True)
