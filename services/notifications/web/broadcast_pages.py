"""The console's pages of broadcasts: written, tried, decided by other eyes, followed, stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import PageForm, once_of_typed
from kernel.rights import Permission
from kernel.web import ORGANISER, VIEWER, Call, door
from kernel.web.access import need
from kernel.web.problem import status_of
from kernel.web.scope import WITHIN, is_within
from services.notifications.domain.audience import GROUPS, Known
from services.notifications.domain.broken import BrokenRule
from services.notifications.schemas import broadcasts as bodies
from services.notifications.usecases import broadcasting, showing
from services.notifications.web.acting import acting_of
from services.notifications.web.places import of_broadcast, of_wanted, place_of, within
from services.notifications.web.staff_page import (
    NEEDED,
    DoneQuery,
    StaffPage,
)

ONE = "/staff/broadcasts/<string:broadcast_id>"
BACK, LISTED = timedelta(days=14), 300  # sessions to choose from: since when, how many
Faults = Mapping[str, Sequence[str]]


class ListQuery(bodies.PageQuery, DoneQuery):
    """A page of the list, and what was just done."""

    class Meta:
        unknown = EXCLUDE


class NewQuery(Schema):
    """The activity to write to, where a link names one."""

    class Meta:
        unknown = EXCLUDE

    activity = fields.String(load_default="", validate=validate.Length(max=64))


class NewForm(PageForm):
    """What to say to whom. `where` is an activity, or an activity and a session with a slash."""

    where = fields.String(required=True, validate=validate.Length(1, 130), error_messages=NEEDED)
    kind = fields.String(required=True, validate=validate.OneOf(bodies.KINDS),
                         error_messages=NEEDED)
    confirmed = fields.String(load_default="")
    waiting = fields.String(load_default="")
    pending = fields.String(load_default="")
    text = fields.String(load_default="", validate=bodies.WORDS)
    choice = fields.String(load_default=None, validate=bodies.CHOICE)
    action = fields.String(load_default="try", validate=validate.OneOf(["try", "draft"]))


class DecideForm(PageForm):
    """Approved, refused or stopped; the last two with a reason."""

    action = fields.String(required=True, validate=validate.OneOf(["approve", "refuse", "stop"]),
                           error_messages={"required": "请选择"})
    reason = fields.String(load_default="", validate=bodies.REASON)


class BroadcastPages(StaffPage):
    """Who drafts sees whom it reaches before anybody decides; who decides sees it again."""

    @door("GET", "/staff/broadcasts", allow=VIEWER, scope=WITHIN, query=ListQuery())
    def broadcasts_page(self, call: Call) -> Response:
        """The latest, with how far each is."""
        found = showing.broadcasts(self.app, page=call.query["page"])
        found = replace(found, items=within(self.app, call, found.items))
        return self.staff_page("broadcasts.html", call, found=found, done=call.query["done"])

    @door("GET", "/staff/broadcasts/new", allow=ORGANISER, scope=WITHIN, query=NewQuery())
    def new_broadcast_page(self, call: Call) -> Response:
        """The form."""
        typed = {"key": new_id(), "where": call.query["activity"], "confirmed": "1",
                 "kind": "notice"}
        return self._form(call, typed)

    @door("POST", "/staff/broadcasts/new", allow=ORGANISER, scope=of_wanted, form=NewForm())
    def new_broadcast_order(self, call: Call) -> Response:
        """Tries it, or hands it in; what was typed stays."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._form(call, form.typed, form.errors, status=422)
        order = _order(form.values)
        if not order.groups:
            return self._form(call, form.typed, {"groups": ["请至少选一种人"]}, status=422)
        try:
            if form.values["action"] == "try":
                trial = broadcasting.tried(self.app, order, by=acting_of(call))
                return self._form(call, form.typed, trial=trial)
            made = broadcasting.draft(self.app, order, by=acting_of(call),
                                      once=once_of_typed("broadcast", form.typed))
        except BrokenRule as refused:
            errors = getattr(refused, "errors", None) or {"form": [str(refused)]}
            return self._form(call, form.typed, errors, status=status_of(refused, self.errors))
        return see(f"/staff/broadcasts/{made['broadcast_id']}?done=drafted")

    @door("GET", ONE, allow=VIEWER, scope=of_broadcast, query=DoneQuery())
    def broadcast_page(self, call: Call, broadcast_id: str) -> Response:
        """One broadcast: what it says, whom it reaches, how far it is, and the decision."""
        return self._one(call, broadcast_id, {"key": new_id()}, done=call.query["done"])

    @door("POST", ONE, allow=ORGANISER, scope=of_broadcast, form=DecideForm())
    def broadcast_order(self, call: Call, broadcast_id: str) -> Response:
        """Decides, or stops (C-17)."""
        form = call.form
        assert form is not None
        errors: Faults = form.errors
        if form.values is not None:
            errors = _lacking(form.values)
        if errors:
            return self._one(call, broadcast_id, form.typed, errors, status=422)
        action, reason = form.values["action"], form.values["reason"]
        if action != "stop":
            need(call.rights, Permission.DEPARTMENT)
        by, once = acting_of(call), once_of_typed(f"decide:{broadcast_id}", form.typed)
        try:
            if action == "approve":
                done = broadcasting.approve(self.app, broadcast_id, by=by, once=once)
            else:
                decide = broadcasting.refuse if action == "refuse" else broadcasting.stop
                done = decide(self.app, broadcast_id, reason, by=by, once=once)
        except BrokenRule as refused:
            return self._one(call, broadcast_id, form.typed, {"form": [str(refused)]},
                             status=status_of(refused, self.errors))
        return see(f"/staff/broadcasts/{broadcast_id}?done={done['state']}")

    def _form(self, call: Call, typed: Mapping[str, Any], errors: Faults | None = None, *,
              status: int = 200, trial: broadcasting.Trial | None = None) -> Response:
        known = self.app.store.sessions.since(self.app.clock() - BACK, limit=LISTED)
        return self.staff_page(
            "broadcast_new.html", call, status=status, typed=typed, errors=errors or {},
            trial=trial, sessions=[each for each in known if _may_see(call, each)], groups=GROUPS,
        )

    def _one(self, call: Call, broadcast_id: str, typed: Mapping[str, Any],
             errors: Faults | None = None, *, status: int = 200, done: str = "") -> Response:
        found = showing.one_broadcast(self.app, broadcast_id)
        is_open = found.standing == "draft"
        trial = broadcasting.trial_of(self.app, found.broadcast) if is_open else None
        sessions = self.app.store.sessions.of_activity(found.broadcast.activity_id)
        return self.staff_page("broadcast.html", call, status=status, found=found, typed=typed,
                               errors=errors or {}, done=done, trial=trial, sessions=sessions)


def _may_see(call: Call, known: Known) -> bool:
    return (call.confidential or not known.session.confidential) and is_within(
        call.rights.scope, place_of(known.session))


def _order(values: Mapping[str, Any]) -> broadcasting.Order:
    activity_id, _, session_id = values["where"].partition("/")
    return broadcasting.Order(
        kind=values["kind"], activity_id=activity_id, session_id=session_id or None,
        groups=tuple(group for group in GROUPS if values[group]), text=values["text"],
        choice=values["choice"],
    )


def _lacking(values: Mapping[str, Any]) -> Faults:
    if values["action"] != "approve" and not values["reason"]:
        return {"reason": ["驳回、撤回和停止请写原因"]}
    return {}
