"""Where somebody who takes over the ledger's entries in turns has got to: a cursor (断点)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from services.volunteers.domain.broken import UnknownCursor

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_TEXT = re.compile(rf"({_MOMENT})~(?:({_MOMENT})~([A-Za-z0-9._~%-]*)~(\d{{1,8}}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A round goes once through everybody, in order of their references, and takes what was
    entered from `since` up to, not including, `until`; the next one begins there. Within a round,
    `person_ref` and `number` are the last entry that was taken. Without `until` no round runs.

    So each entry is given exactly once, in order of its number within its person, though there is
    no order over all ledgers and no index that gives one.
    """

    since: datetime = BEGINNING
    until: datetime | None = None
    person_ref: str = ""
    number: int = 0

    def __str__(self) -> str:
        if self.until is None:
            return f"{_written(self.since)}~"
        place = f"{quote(self.person_ref, safe='')}~{self.number}"
        return f"{_written(self.since)}~{_written(self.until)}~{place}"

    def began(self, settled: datetime) -> Cursor:
        """In a round: the one that runs, or a new one up to a moment before which nothing can be
        entered any more."""
        return self if self.until else replace(self, until=max(settled, self.since))

    def after(self, person_ref: str, number: int) -> Cursor:
        """Where the round is once this entry was taken."""
        return replace(self, person_ref=person_ref, number=number)

    def ended(self) -> Cursor:
        """Where the next round begins."""
        return Cursor(since=self.until or self.since)


def cursor_of(text: str) -> Cursor:
    """Out of what `str` made of one; empty text is the beginning. Raises UnknownCursor."""
    if not text:
        return Cursor()
    found = _TEXT.fullmatch(text)
    if found is None:
        raise UnknownCursor
    since, until, person_ref, number = found.groups()
    try:
        if until is None:
            return Cursor(since=datetime.fromisoformat(since))
        return Cursor(since=datetime.fromisoformat(since), until=datetime.fromisoformat(until),
                      person_ref=unquote(person_ref), number=int(number))
    except ValueError:
        raise UnknownCursor from None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
