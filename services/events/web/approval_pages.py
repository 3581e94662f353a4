"""What waits for somebody's word, decisions on many at once, cancelling, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.web import OPERATOR, ORGANISER, Call, door
from kernel.web.returning import local_path
from kernel.web.scope import WITHIN, of_all
from services.events.domain.session import Session
from services.events.schemas.signup import NOTE
from services.events.usecases import activities, deciding, foreseeing, looking, organising
from services.events.usecases.foreseeing import Action
from services.events.web.callers import caller_of
from services.events.web.places import of_activity, of_picked, of_session
from services.events.web.staff_forms import NoteForm
from services.events.web.staff_pages import StaffPage

PICK = "pick."
APPROVALS = "/staff/approvals"


class DecisionsForm(Schema):
    """One decision for all that are picked (`pick.<registration_id>`), with the same words."""

    class Meta:
        unknown = EXCLUDE

    action = fields.String(
        required=True, validate=validate.OneOf(get_args(Action)),
        error_messages={"required": "请选择要做什么"},
    )
    note = fields.String(load_default="", validate=NOTE)
    key = fields.String(required=True, validate=validate.Length(min=8, max=64))

    @validates_schema
    def _says_why(self, form: Mapping[str, Any], **_: Any) -> None:
        if form["action"] == "refuse" and not form["note"].strip():
            raise ValidationError("不通过时请写明原因，会发给报名的人", "note")


class ApprovalPages(StaffPage):
    """Deciding, and seeing what the clock decides."""

    @door("GET", APPROVALS, allow=ORGANISER, scope=WITHIN, audit="minors")
    def approvals_page(self, call: Call) -> Response:
        """Every party that waits for a decision, overdue first."""
        return self._approvals_table(call)

    @door("POST", "/staff/decisions", allow=ORGANISER, scope=of_picked, form=DecisionsForm())
    def decisions_page(self, call: Call) -> Response:
        """What the decision would do to each; with `step=confirm` it is taken, each by itself."""
        form = call.form
        assert form is not None
        picked = [name.removeprefix(PICK) for name in form.typed if name.startswith(PICK)]
        back = local_path(form.typed.get("back"), otherwise=APPROVALS)
        errors = dict(form.errors)
        if not picked:
            errors["picked"] = ["请先勾选报名"]
        if errors or form.values is None:
            foreseen = self._foreseen_decisions(call, picked, "approve")
            return self.staff_page("decide.html", call, status=422, errors=errors, back=back,
                                   foreseen=foreseen, typed=form.typed, step="wrong", done={})
        action: Action = form.values["action"]
        foreseen = self._foreseen_decisions(call, picked, action)
        step, done = "preview", {}
        if form.typed.get("step") == "confirm":
            step = "done"
            done = {each.registration_id: each for each in deciding.decide_all(
                self.app, picked, action, note=form.values["note"].strip(),
                key=form.values["key"], caller=caller_of(call),
            )}
        return self.staff_page("decide.html", call, errors={}, back=back, foreseen=foreseen,
                               typed=form.typed, step=step, done=done)

    @door("GET", "/staff/sessions/<string:session_id>/cancel", allow=ORGANISER, scope=of_session)
    def cancel_session_page(self, call: Call, session_id: str) -> Response:
        """Whom cancelling the session would reach."""
        return self._cancel_form(call, [self.app.store.sessions.one(session_id)], whole=False)

    @door("POST", "/staff/sessions/<string:session_id>/cancel", allow=ORGANISER, scope=of_session,
          form=NoteForm())
    def cancel_session_order(self, call: Call, session_id: str) -> Response:
        """Cancels when the number of parties was typed as it is now."""
        sessions = [self.app.store.sessions.one(session_id)]
        if refused := self._not_cancelled(call, sessions, whole=False):
            return refused
        organising.cancel_session(self.app, session_id, caller=caller_of(call))
        return see(f"/staff/sessions/{session_id}?done=cancelled")

    @door("GET", "/staff/activities/<string:activity_id>/cancel", allow=ORGANISER,
          scope=of_activity)
    def cancel_activity_page(self, call: Call, activity_id: str) -> Response:
        """Whom cancelling the whole activity would reach."""
        listed = activities.one_activity(self.app, activity_id)
        return self._cancel_form(call, listed.sessions, whole=True)

    @door("POST", "/staff/activities/<string:activity_id>/cancel", allow=ORGANISER,
          scope=of_activity, form=NoteForm())
    def cancel_activity_order(self, call: Call, activity_id: str) -> Response:
        """Cancels every session of it when the number of parties was typed as it is now."""
        listed = activities.one_activity(self.app, activity_id)
        if refused := self._not_cancelled(call, listed.sessions, whole=True):
            return refused
        organising.cancel_activity(self.app, activity_id, caller=caller_of(call))
        return see(f"/staff/activities/{activity_id}?done=cancelled")

    @door("GET", "/staff/deadlines", allow=OPERATOR, scope=of_all)
    def deadlines_page(self, call: Call) -> Response:
        """What happens by itself next, for operators."""
        return self.staff_page("deadlines.html", call, coming=looking.coming(self.app))

    def _approvals_table(self, call: Call) -> Response:
        waiting = looking.undecided(self.app, sight=call.rights.sight, limits=call.rights.scope)
        shown = waiting[:MOST_AT_ONCE]
        return self.staff_page(
            "approvals.html", call, waiting=shown, found=len(waiting), key=new_id(),
            overdue=sum(each.registration.overdue_since is not None for each in waiting),
        )

    def _foreseen_decisions(self, call: Call, picked: Sequence[str],
                  action: Action) -> list[tuple[foreseeing.Foreseen, Sequence[str] | None]]:
        found = foreseeing.foresee_decisions(self.app, picked, action)
        sight = call.rights.sight
        seen = [each for each in found if sight.shows(confidential=each.session.confidential)]
        names = looking.names_of(
            self.app, (ref for each in seen for ref in each.registration.party), sight
        )
        return [
            (each, [names[ref] for ref in each.registration.party] if each in seen else None)
            for each in found
        ]

    def _not_cancelled(self, call: Call, sessions: Sequence[Session], *,
                       whole: bool) -> Response | None:
        form = call.form
        assert form is not None
        reach = foreseeing.foresee_cancelling(self.app, sessions)
        if form.typed.get("parties") == str(reach.parties) and reach.sessions:
            return None
        return self._cancel_form(call, sessions, whole=whole, typed=form.typed.get("parties", ""))

    def _cancel_form(self, call: Call, sessions: Sequence[Session], *, whole: bool,
                    typed: str | None = None) -> Response:
        reach = foreseeing.foresee_cancelling(self.app, sessions)
        return self.staff_page(
            "cancel.html", call, status=200 if typed is None else 422, reach=reach, whole=whole,
            first=sessions[0], typed=typed,
        )


MOST_AT_ONCE = 200  # a form's fields are limited, and so is what a person can look through
