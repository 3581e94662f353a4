"""One session in the console: state, registrations, draw, change of time and place, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import SHANGHAI, new_id
from kernel.pages import see
from kernel.web import ORGANISER, VIEWER, Call, door
from services.events.domain import broken
from services.events.domain.broken import NotADraw
from services.events.domain.session import Session
from services.events.schemas.signup import PriorityBody
from services.events.schemas.staff import STATES
from services.events.usecases import attending, changing, drawing, foreseeing, looking, organising
from services.events.web import staff_forms as forms
from services.events.web.callers import caller_of
from services.events.web.places import of_registration, of_session
from services.events.web.staff_pages import DoneQuery, StaffPage
from services.events.web.staff_words import at_fields

PAGE = 100
PLACE = "/staff/sessions/<string:session_id>"
SAID = {
    "changed": "已修改", "drawn": "已抽签", "closed": "已结项，出勤和统计数字已上报",
    "cancelled": "场次已取消，所有报名的人会收到短信", "moved": "候补的先后已调整",
}


class SessionQuery(DoneQuery):
    """Which registrations, and which page of them."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATES))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))


class PriorityForm(PriorityBody):
    """Where in line, as the form sends it."""

    class Meta:
        unknown = EXCLUDE

    priority = fields.Integer(required=True, validate=validate.Range(0, 9))


class ChangeStep(Schema):
    """Nothing but a button."""

    class Meta:
        unknown = EXCLUDE


class SessionPages(StaffPage):
    """What there is to see and to do at one session."""

    @door("GET", PLACE, allow=VIEWER, scope=of_session, query=SessionQuery(),
          audit="minors")
    def staff_session(self, call: Call, session_id: str) -> Response:
        """The session at a glance; names only where the caller may see them."""
        session, query = self.app.store.sessions.one(session_id), call.query
        sight = call.rights.sight
        may_see = sight.shows(confidential=session.confidential)
        found = looking.entries(self.app, session_id, status=query["status"])
        first = (query["page"] - 1) * PAGE
        shown: Sequence[looking.Entry] = found[first : first + PAGE]
        return self.staff_page(
            "session.html", call, session=session, query=query, may_see=may_see,
            fill=looking.fills(self.app, [session])[session_id], draw=self._draw_of(session),
            entries=looking.with_names(self.app, shown, sight) if may_see else shown,
            found=len(found), more=len(found) > first + PAGE, key=new_id(), PAGE=PAGE,
            said=SAID.get(query["done"]),
        )

    @door("POST", "/staff/registrations/<string:registration_id>/priority", allow=ORGANISER,
          scope=of_registration, form=PriorityForm())
    def priority_page(self, call: Call, registration_id: str) -> Response:
        """Another priority in line; back to the line. Raises NotPending."""
        form = call.form
        assert form is not None
        session_id = self.app.store.registrations.one(registration_id).session_id
        if form.values is not None:
            changing.prioritise(
                self.app, registration_id, caller=caller_of(call), **form.values
            )
        return see(f"/staff/sessions/{session_id}?status=waitlisted&done=moved")

    @door("GET", f"{PLACE}/change", allow=ORGANISER, scope=of_session)
    def change_session_page(self, call: Call, session_id: str) -> Response:
        """The form of another time, place or number of places."""
        session = self.app.store.sessions.one(session_id)
        return self._change_form(call, session, {**as_typed(session), "key": new_id()})

    @door("POST", f"{PLACE}/change", allow=ORGANISER, scope=of_session,
          form=forms.SessionChangeForm())
    def change_session_order(self, call: Call, session_id: str) -> Response:
        """First what would happen to whom; with `step=confirm` it happens."""
        form, session = call.form, self.app.store.sessions.one(session_id)
        assert form is not None
        if form.values is None:
            return self._change_form(call, session, form.typed, errors=at_fields(form.errors))
        if form.typed.get("step") == "edit":
            return self._change_form(call, session, form.typed, status=200)
        try:
            if form.typed.get("step") != "confirm":
                foreseen = foreseeing.foresee_change(self.app, session_id, form.values)
                return self.staff_page("session_change_preview.html", call, change=foreseen,
                                       session=session, typed=form.typed)
            organising.change_session(
                self.app, session_id, form.values,
                caller=replace(caller_of(call), once=forms.once_of("change", form.typed)),
            )
        except broken.BrokenRule as refused:
            return self._change_form(call, session, form.typed, errors=_at(refused), status=409)
        return see(f"/staff/sessions/{session_id}?done=changed")

    @door("GET", f"{PLACE}/draw", allow=VIEWER, scope=of_session)
    def staff_draw_page(self, call: Call, session_id: str) -> Response:
        """The draw: its hash, when it is due, its result."""
        session = self.app.store.sessions.one(session_id)
        return self.staff_page("draw.html", call, session=session, fault=None,
                               draw=drawing.look(self.app, session_id),
                               fill=looking.fills(self.app, [session])[session_id])

    @door("POST", f"{PLACE}/draw", allow=ORGANISER, scope=of_session, form=ChangeStep())
    def hold_draw_page(self, call: Call, session_id: str) -> Response:
        """Draws now. Raises NotADraw, DrawNotDue, DrawAlreadyHeld, SessionClosed."""
        drawing.hold(self.app, session_id, caller=caller_of(call))
        return see(f"/staff/sessions/{session_id}/draw")

    @door("GET", f"{PLACE}/close", allow=ORGANISER, scope=of_session)
    def close_session_page(self, call: Call, session_id: str) -> Response:
        """The form of the figures at the end."""
        session = self.app.store.sessions.one(session_id)
        return self._close_form(call, session, {"key": new_id()})

    @door("POST", f"{PLACE}/close", allow=ORGANISER, scope=of_session, form=forms.CloseForm())
    def close_session_order(self, call: Call, session_id: str) -> Response:
        """Makes attendance final and sends the figures, or shows what is wrong with them."""
        form, session = call.form, self.app.store.sessions.one(session_id)
        assert form is not None
        if form.values is None:
            return self._close_form(call, session, form.typed, errors=at_fields(form.errors))
        try:
            attending.close_session(self.app, session_id, form.values,
                                    once=forms.once_of("close", form.typed))
        except broken.BrokenRule as refused:
            return self._close_form(call, session, form.typed, errors=_at(refused), status=409)
        return see(f"/staff/sessions/{session_id}?done=closed")

    def _draw_of(self, session: Session) -> Mapping[str, Any] | None:
        try:
            return drawing.look(self.app, session.session_id)
        except NotADraw:
            return None

    def _change_form(self, call: Call, session: Session, typed: Mapping[str, Any], *,
                errors: Mapping[str, Sequence[str]] | None = None,
                status: int | None = None) -> Response:
        return self.staff_page(
            "session_change.html", call, status=status or (422 if errors else 200), session=session,
            typed=typed, errors=errors or {}, labels=CHANGE_LABELS,
        )

    def _close_form(self, call: Call, session: Session, typed: Mapping[str, Any], *,
               errors: Mapping[str, Sequence[str]] | None = None,
               status: int | None = None) -> Response:
        return self.staff_page(
            "session_close.html", call, status=status or (422 if errors else 200), session=session,
            typed=typed, errors=errors or {}, labels=CLOSE_LABELS,
        )


CHANGE_LABELS = {"date": "日期", "from": "开始", "to": "结束", "place": "地点", "street": "街道",
                 "capacity": "名额"}
CLOSE_LABELS = {"served.count": "服务对象人次", "served.method": "怎样统计",
                "served.reported_by": "上报人", "audience.online": "线上观看人次"}


def as_typed(session: Session) -> dict[str, str]:
    """The session as its own change form would send it."""
    starts, ends = (at.astimezone(SHANGHAI) for at in (session.starts_at, session.ends_at))
    typed = {
        "date": starts.date().isoformat(), "from": f"{starts:%H:%M}", "to": f"{ends:%H:%M}",
        "place": session.place, "street": session.street, "capacity": str(session.capacity),
        **{f"pools.{pool.key}": str(pool.capacity) for pool in session.pools},
    }
    return typed if ends.date() == starts.date() else {**typed, "overnight": "on"}


def _at(refused: broken.BrokenRule) -> dict[str, list[str]]:
    """A broken rule at the field it is about."""
    fields_of = {"BelowTaken": "capacity", "WouldNeverStart": "date"}
    return {fields_of.get(type(refused).__name__, "form"): [str(refused)]}
