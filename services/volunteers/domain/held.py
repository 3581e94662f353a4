"""Held lines (待核实, 待批准) that wait for somebody's word, and what an organiser confirms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.session import SessionRef
from services.volunteers.domain.correction import Wanted
from services.volunteers.domain.desired import counted
from services.volunteers.domain.entry import Entry, Reason
from services.volunteers.domain.ruling import Level
from services.volunteers.domain.spans import MINUTE, Span, Spans, without
from services.volunteers.domain.stays import Stay


@dataclass(frozen=True, kw_only=True)
class Held:
    """An entry that is held, for lists: it waits until its line is entered otherwise.

    `withheld` are minutes above the day's limit that wait for `level`; `day` is their local day.
    """

    entry_id: str
    person_ref: str
    session: SessionRef
    stay: Stay
    reason: Reason
    level: Level | None
    withheld: int
    day: str
    since: datetime
    settled_at: datetime | None = None


def held_of(entry: Entry) -> Held | None:
    """What waits once the entry is entered; None where nothing does."""
    if entry.reverses or entry.reason is None:
        return None
    return Held(
        entry_id=entry.entry_id, person_ref=entry.person_ref, session=entry.session,
        stay=entry.stay, reason=entry.reason, level=entry.level, withheld=entry.withheld,
        day=entry.day, since=entry.entered_at,
    )


def confirmed(held: Held, word: Wanted, lines: Iterable[Entry], session: SessionRef) -> Spans:
    """The whole time at the session once the organiser gave their word on this stay (C-05): it,
    and what the person's other stays there count. Further held stays of that session are decided
    with it.
    """
    spans = _placed(held.stay, word, session)
    for stay in {line.stay for line in lines if line.reason in (None, "over_daily_limit")}:
        spans += without(counted(stay, session), spans)
    return tuple(sorted(spans, key=lambda span: span.start))


def _placed(stay: Stay, word: Wanted, session: SessionRef) -> Spans:
    """Where only minutes are said: from the check-in, or up to the check-out, within the session;
    earlier where they do not fit otherwise. Minutes beyond its length stay so, to be refused."""
    if word.span or not word.minutes:
        return (word.span,) if word.span else ()
    length = word.minutes * MINUTE
    start = stay.checked_in_at or session.starts_at
    if stay.checked_in_at is None and stay.checked_out_at:
        start = min(stay.checked_out_at, session.ends_at) - length
    start = max(min(start, session.ends_at - length), session.starts_at)
    return (Span(start, start + length),)
