"""What just happened, in words without personal data; what is confidential is not told at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.event import Fact
from contracts.events import (
    RedemptionRecorded,
    SessionClosed,
    SignupCancelled,
    SignupConfirmed,
    SignupPromoted,
    SignupWaitlisted,
    VisitRecorded,
)
from contracts.session import SessionRef
from services.stats.domain.heard import Heard

KEPT = 12  # of one batch: older ones would never be seen


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the feed: `title` is the activity's (None: the programme's), `what` the rest."""

    key: str
    at: datetime
    programme: str
    title: str | None
    what: str
    street: str
    starts_at: datetime | None = None


def happenings(batch: list[Heard]) -> list[Happening]:
    """The latest lines of a batch, in the order told."""
    lines = [line for heard in batch if (line := _happening(heard))]
    return lines[-KEPT:]


def _happening(heard: Heard) -> Happening | None:
    match heard.fact:
        case VisitRecorded(programme=programme, street=street):
            return Happening(key=heard.id, at=heard.told_at, programme=programme, title=None,
                             what="走访慰问 1 户", street=street)
        case RedemptionRecorded(programme=programme, street=street):
            return Happening(key=heard.id, at=heard.told_at, programme=programme, title=None,
                             what="有 1 人享受优惠", street=street)
        case fact:
            said = _of_session(fact)
    if said is None:
        return None
    session, what = said
    if session.confidential:
        return None
    return Happening(key=heard.id, at=heard.told_at, programme=session.programme,
                     title=session.title, what=what, street=session.street,
                     starts_at=session.starts_at)


def _of_session(fact: Fact) -> tuple[SessionRef, str] | None:
    match fact:
        case SignupConfirmed(session=session, party=party):
            return session, f"有 {len(party)} 人报名"
        case SignupWaitlisted(session=session, party=party):
            return session, f"有 {len(party)} 人候补"
        case SignupPromoted(session=session, party=party):
            return session, f"有 {len(party)} 人由候补转为确认"
        case SignupCancelled(session=session, party=party):
            return session, f"有 {len(party)} 人取消"
        case SessionClosed(session=session, present=present):
            return session, f"已结束，到场 {present} 人"
    return None
