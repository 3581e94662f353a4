"""The console's pages of messages: all at a glance, a list, one explained with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from marshmallow import EXCLUDE, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import once_of_typed
from kernel.web import OPERATOR, Call, door
from kernel.web.problem import status_of
from kernel.web.scope import of_all
from services.notifications.domain.broken import BrokenRule
from services.notifications.domain.message import ORDER
from services.notifications.domain.operating import ACTIONS
from services.notifications.schemas import PURPOSES
from services.notifications.schemas.broadcasts import PageQuery
from services.notifications.usecases import operating, overviewing
from services.notifications.web.acting import acting_of
from services.notifications.web.staff_page import NEEDED, DoneQuery, ReasonForm, StaffPage

ONE = "/staff/messages/<string:message_id>"


class ListQuery(PageQuery):
    """Which messages; `of` is a person, a registration, a broadcast or an attempt."""

    class Meta:
        unknown = EXCLUDE

    state = fields.String(load_default="", validate=validate.OneOf(["", *ORDER, "stuck"]))
    purpose = fields.String(load_default="", validate=validate.OneOf(["", *PURPOSES]))
    of = fields.String(load_default="", validate=validate.Length(max=64))


class ActForm(ReasonForm):
    """What to do, and why."""

    action = fields.String(required=True, validate=validate.OneOf(list(ACTIONS)),
                           error_messages=NEEDED)


class MessagePages(StaffPage):
    """Each page leads to the next thing to do."""

    @door("GET", "/staff/overview", allow=OPERATOR, scope=of_all)
    def overview_page(self, call: Call) -> Response:
        """What was accepted, what waits in which lane since when, what staff did."""
        return self.staff_page("overview.html", call, found=overviewing.overview(self.app))

    @door("GET", "/staff/messages", allow=OPERATOR, scope=of_all, query=ListQuery())
    def messages_page(self, call: Call) -> Response:
        """Messages of a state, a purpose or a person, newest first."""
        asked = call.query
        is_stuck = asked["state"] == "stuck"
        found = operating.messages(
            self.app, states=() if is_stuck or not asked["state"] else (asked["state"],),
            purpose=asked["purpose"] or None, key=asked["of"] or None, stuck=is_stuck,
            page=asked["page"],
        )
        kept = {name: asked[name] for name in ("state", "purpose", "of") if asked[name]}
        address = f"/staff/messages?{urlencode(kept)}{'&' if kept else ''}"
        return self.staff_page("messages.html", call, found=found, query=asked, address=address)

    @door("GET", ONE, allow=OPERATOR, scope=of_all, query=DoneQuery())
    def message_page(self, call: Call, message_id: str) -> Response:
        """One message: its history, why it is where it is, what to do."""
        return self._message(call, message_id, {"key": new_id()}, done=call.query["done"])

    @door("POST", ONE, allow=OPERATOR, scope=of_all, form=ActForm())
    def message_order(self, call: Call, message_id: str) -> Response:
        """Does it, or says why not."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._message(call, message_id, form.typed, form.errors, status=422)
        try:
            operating.act(
                self.app, message_id, form.values["action"], reason=form.values["reason"],
                by=acting_of(call), once=once_of_typed(f"act:{message_id}", form.typed),
            )
        except BrokenRule as refused:
            return self._message(call, message_id, form.typed, {"form": [str(refused)]},
                                 status=status_of(refused, self.errors))
        return see(f"/staff/messages/{message_id}?done={form.values['action']}")

    def _message(self, call: Call, message_id: str, typed: Mapping[str, Any],
                 errors: Mapping[str, Sequence[str]] | None = None, *, status: int = 200,
                 done: str = "") -> Response:
        seen = operating.explained(self.app, message_id)
        return self.staff_page("message.html", call, status=status, seen=seen, typed=typed,
                               errors=errors or {}, done=done)
