"""What just happened, in words without personal data; what is confidential is not told at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.event import Fact
from contracts.events import (
    ApprovalOverdue,
    CrewShort,
    DrawCommitted,
    DrawHeld,
    RedemptionRecorded,
    SeatOffered,
    SessionCancelled,
    SessionClosed,
    SessionMoved,
    SignupCancelled,
    SignupConfirmed,
    SignupLapsed,
    SignupPending,
    SignupPromoted,
    SignupWaitlisted,
    VisitRecorded,
)
from contracts.session import SessionRef
from contracts.stats_goals import GoalReached
from contracts.volunteers_corrections import RecordOverdue
from services.stats.domain.heard import Heard

_DECISIONS = {"consent": "监护人同意", "approval": "审核", "draw": "抽签"}
WARNINGS = (CrewShort, ApprovalOverdue, RecordOverdue)
Said = tuple[SessionRef, str]
KEPT = 12  # of one batch: older ones would never be seen


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the feed: `title` is the activity's (None: the programme's), `what` the rest;
    `is_warning` when somebody has to do something about it."""

    key: str
    at: datetime
    programme: str
    title: str | None
    what: str
    street: str
    starts_at: datetime | None = None
    is_warning: bool = False


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
        case GoalReached(programme=programme, percent=percent):
            return Happening(key=heard.id, at=heard.told_at, programme=programme, title=None,
                             what=f"年度目标已完成 {percent}%", street="")
        case fact:
            said = _of_signup(fact) or _of_session(fact)
    if said is None:
        return None
    session, what = said
    if session.confidential:
        return None
    return Happening(key=heard.id, at=heard.told_at, programme=session.programme,
                     title=session.title, what=what, street=session.street,
                     starts_at=session.starts_at,
                     is_warning=isinstance(heard.fact, WARNINGS))


def _of_signup(fact: Fact) -> Said | None:
    """A move or the end of a session is one line of the session's, not one of each sign-up."""
    match fact:
        case SignupConfirmed(session=session, party=party):
            return session, f"有 {len(party)} 人报名"
        case SignupPending(session=session, party=party, waits_for=waits_for):
            return session, f"有 {len(party)} 人报名，待{_DECISIONS[waits_for]}"
        case SignupWaitlisted(session=session, party=party):
            return session, f"有 {len(party)} 人候补"
        case SeatOffered(session=session, party=party):
            return session, f"有名额空出，为 {len(party)} 人保留"
        case SignupPromoted(session=session, party=party):
            return session, f"有 {len(party)} 人由候补转为确认"
        case SignupCancelled(session=session, party=party, reason=reason):
            return (session, f"有 {len(party)} 人取消") if reason != "session_cancelled" else None
        case SignupLapsed(session=session, party=party):
            return session, f"有 {len(party)} 人的报名失效"
        case ApprovalOverdue(session=session):
            return session, "有报名超时未审核"
    return None


def _of_session(fact: Fact) -> Said | None:
    match fact:
        case SessionMoved(session=session, was_starts_at=was):
            return session, "改期" if session.starts_at != was else "时长、地点或名额有变"
        case SessionCancelled(session=session):
            return session, "已取消"
        case CrewShort(session=session, needed=needed, confirmed=confirmed):
            return session, f"人手不足：需 {needed} 人，现 {confirmed} 人"
        case RecordOverdue(session=session):
            return session, "服务记录逾期未补齐"
        case DrawCommitted(session=session):
            return session, "将抽签分配名额，种子摘要已公布"
        case DrawHeld(session=session, entries=entries, seated=seated):
            return session, f"抽签完成：{entries} 份报名，{seated} 份抽中"
        case SessionClosed(session=session, present=present):
            return session, f"已结束，到场 {present} 人"
    return None
