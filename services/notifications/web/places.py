"""Where a broadcast takes place: the resolvers by which doors look at a member's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.session import SessionRef
from kernel.rights import Scope
from kernel.web import Call
from kernel.web.scope import NOWHERE, Place, is_within
from services.notifications.domain.broken import UnknownBroadcast
from services.notifications.usecases import App
from services.notifications.usecases.showing import Shown

Values = Mapping[str, Any]


def of_wanted(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Where those are who would be written to; a form with faults reaches nobody."""
    if call.form is None:
        return _of_activity(service.app, call.body["activity_id"], call.body.get("session_id"))
    if call.form.values is None:
        return ()
    activity_id, _, session_id = call.form.values["where"].partition("/")
    return _of_activity(service.app, activity_id, session_id or None)


def of_broadcast(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Where those are whom it is written to."""
    try:
        found = service.app.store.broadcasts.one(values["broadcast_id"])
    except UnknownBroadcast:
        return [NOWHERE]
    return _of_activity(service.app, found.activity_id, found.session_id)


def reaches(app: App, limits: Scope, activity_id: str, session_id: str | None) -> bool:
    """Whether all who would be written to lie within a member's limits."""
    return not limits.limited or all(
        is_within(limits, each) for each in _of_activity(app, activity_id, session_id))


def within(app: App, call: Call, found: Iterable[Shown]) -> list[Shown]:
    """Those of a page that lie within the caller's limits."""
    return [each for each in found if reaches(app, call.rights.scope, each.broadcast.activity_id,
                                              each.broadcast.session_id)]


def place_of(session: SessionRef) -> Place:
    return Place(programme=session.programme, street=session.street)


def _of_activity(app: App, activity_id: str, session_id: str | None) -> list[Place]:
    sessions = app.store.sessions.of_activity(activity_id)
    chosen = [each for key, each in sessions.items() if session_id in (None, key)]
    return [place_of(each) for each in chosen] or [NOWHERE]
