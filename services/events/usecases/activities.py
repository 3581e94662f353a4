"""Publishing activities with their sessions, and looking them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.events import SessionScheduled
from kernel.answers import Answer, Once
from kernel.clock import SHANGHAI
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.events.domain.activity import Activity
from services.events.domain.session import Session
from services.events.domain.terms import Pool, SeatKind, Terms
from services.events.store.deadlines import Deadline
from services.events.usecases import drawing
from services.events.usecases.application import Events
from services.events.usecases.telling import session_ref


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An activity with its sessions, earliest first."""

    activity: Activity
    sessions: Sequence[Session]


def publish_activity(app: Events, order: Mapping[str, Any], *, once: Once | None = None) -> Answer:
    """Keeps the activity with its sessions and tells each session; answers with their ids.

    Raises UnknownProgramme. Safe to repeat with `once`.
    """
    return app.transactions.write(once, lambda transaction: publish_within(app, order, transaction))


def publish_within(app: Events, order: Mapping[str, Any], transaction: Transaction) -> Answer:
    """The same as a part of a larger change."""
    programme = app.store.programmes.one(order["programme"], within=transaction)
    confidential = order["confidential"] or bool(programme.get("confidential"))
    activity = _activity(order, transaction.new_id(), confidential=confidential)
    sessions = [
        _session(activity, each, transaction.new_id(), kind=programme["kind"])
        for each in order["sessions"]
    ]
    app.store.activities.add(activity, within=transaction)
    app.store.sessions.add(sessions, within=transaction)
    for session in sessions:
        transaction.emit(
            SessionScheduled(session=session_ref(session), capacity=session.capacity)
        )
        app.store.deadlines.set(deadlines(session, transaction.now), within=transaction)
        if session.terms.mode == "draw":
            drawing.commit(app, session, transaction)
    return {
        "activity_id": activity.activity_id,
        "session_ids": [session.session_id for session in sessions],
    }


def one_activity(app: Events, activity_id: str) -> Listed:
    """The activity. Raises UnknownActivity."""
    activity = app.store.activities.one(activity_id)
    sessions = app.store.sessions.of_activities([activity_id])
    return Listed(activity=activity, sessions=sessions.get(activity_id, []))


def list_activities(app: Events, *, programme: str | None = None, street: str | None = None,
                    first_day: date | None = None,
                    last_day: date | None = None, limits: Scope = ALL) -> list[Listed]:
    """Activities within the limits with a session on the days, both inclusive, in Asia/Shanghai;
    earliest first."""
    activities = app.store.activities.matching(
        programme=programme, street=street,
        since=_midnight(first_day) if first_day else None,
        until=_midnight(last_day + timedelta(days=1)) if last_day else None, limits=limits,
    )
    return with_sessions(app, activities)


def with_sessions(app: Events, activities: Sequence[Activity]) -> list[Listed]:
    """The same activities with their sessions."""
    sessions = app.store.sessions.of_activities(each.activity_id for each in activities)
    return [
        Listed(activity=each, sessions=sessions.get(each.activity_id, [])) for each in activities
    ]


def deadlines(session: Session, now: datetime) -> list[Deadline]:
    """What happens by itself around a session that is still to come (`due.py`); none for a past."""
    terms, start = session.terms, session.starts_at
    planned = {"remind-24h": start - timedelta(hours=24), "remind-2h": start - timedelta(hours=2)}
    planned["end-waiting"] = start
    if terms.has_line and terms.promotion == "offer":
        planned["close-line"] = session.line_closes_at
    if terms.mode == "draw":
        planned["draw"] = session.signup_ends_at
    if terms.min_crew is not None:
        planned["count-crew"] = start - timedelta(hours=24)
    return [
        Deadline(kind=kind, ref=session.session_id, at=at)
        for kind, at in planned.items() if start > now and (at > now or kind == "draw")
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _activity(order: Mapping[str, Any], activity_id: str, *, confidential: bool) -> Activity:
    return Activity(
        activity_id=activity_id,
        programme=order["programme"],
        title=order["title"],
        place=order["place"],
        street=order["street"],
        terms=terms_of(order),
        confidential=confidential,
        opens_at=order["opens_at"],
        closes_at=order["closes_at"],
        first_start=min(each["starts_at"] for each in order["sessions"]),
        last_end=max(each["ends_at"] for each in order["sessions"]),
    )


def terms_of(order: Mapping[str, Any]) -> Terms:
    """The terms named in an order; what is left out is as `Terms` has it."""
    names = Terms.__dataclass_fields__
    return Terms(**{name: order[name] for name in names if order.get(name) is not None})


def _session(activity: Activity, order: Mapping[str, Any], session_id: str, *,
             kind: str) -> Session:
    return Session(
        session_id=session_id,
        activity_id=activity.activity_id,
        programme=activity.programme,
        kind=kind,
        title=activity.title,
        place=activity.place,
        street=activity.street,
        starts_at=order["starts_at"],
        ends_at=order["ends_at"],
        opens_at=activity.opens_at,
        closes_at=activity.closes_at,
        capacity=order["capacity"],
        confidential=activity.confidential,
        terms=activity.terms,
        pools=tuple(Pool(**each) for each in order.get("pools", ())),
        seats=tuple(SeatKind(**each) for each in order.get("seats", ())),
    )
