"""Looks at minors' data in the console: what waits for other eyes, and asking for one (C-28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import PageForm, once_of_typed
from kernel.rights import Permission
from kernel.web import CHECKER, DESK, VIEWER, Call, door
from kernel.web.access import need
from kernel.web.scope import of_all
from services.events.domain.broken import LookDecided, SelfMade
from services.events.schemas.fields import REQUIRED
from services.events.schemas.looks import REASON
from services.events.usecases import looks
from services.events.web.callers import acting_of
from services.events.web.places import of_session
from services.events.web.staff_pages import DoneQuery, StaffPage

ROOT = "/staff/looks"
ASK = "/staff/sessions/<string:session_id>/look"
SAID = {"asked": "已提出，等别人批准。", "approved": "已批准。", "refused": "已驳回。"}
LABELS = {"reason": "原因", "action": "决定"}


class LookForm(PageForm):
    """Why."""

    reason = fields.String(required=True, validate=REASON, error_messages=REQUIRED)


class LookVerdictForm(LookForm):
    """Approved or refused, and why."""

    action = fields.String(required=True, validate=validate.OneOf(["approved", "refused"]))


class LookPages(StaffPage):
    """Who asked never decides."""

    @door("GET", ROOT, allow=VIEWER, scope=of_all, query=DoneQuery())
    def looks_page(self, call: Call) -> Response:
        """Everything that waits, the oldest first."""
        return self._looks(call, said=SAID.get(call.query["done"]))

    @door("POST", f"{ROOT}/<string:request_id>", allow=CHECKER, scope=of_all,
          form=LookVerdictForm())
    def look_order(self, call: Call, request_id: str) -> Response:
        """Allows it for a while, or does not."""
        form = call.form
        assert form is not None
        at = f"reason-{request_id}"
        if form.values is None:
            reasons = form.errors.get("reason", ["请重新填写"])
            return self._looks(call, errors={at: reasons}, status=422)
        action = form.values["action"]
        try:
            looks.decide(self.app, request_id, approve=action == "approved",
                         reason=form.values["reason"], acting=acting_of(call),
                         once=once_of_typed(f"look:{request_id}", form.typed))
        except (SelfMade, LookDecided) as rule:
            status = 403 if isinstance(rule, SelfMade) else 409
            return self._looks(call, errors={at: [str(rule)]}, status=status)
        return see(f"{ROOT}?done={action}")

    @door("GET", ASK, allow=DESK, scope=of_session)
    def ask_look_page(self, call: Call, session_id: str) -> Response:
        """Asks why the names of minors are needed, and shows what was asked for before."""
        return self._look_form(call, session_id)

    @door("POST", ASK, allow=DESK, scope=of_session, form=LookForm())
    def ask_look_order(self, call: Call, session_id: str) -> Response:
        """Asks for it."""
        form = call.form
        assert form is not None
        need(call.rights, Permission.NAMES)
        if form.values is None:
            return self._look_form(call, session_id, errors=form.errors, status=422)
        looks.ask(self.app, "roster", session_id, reason=form.values["reason"],
                  acting=acting_of(call), once=once_of_typed(f"look:{session_id}", form.typed))
        return see(f"{ROOT}?done=asked")

    def _looks(self, call: Call, *, said: str | None = None,
               errors: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
        return self.staff_page("looks.html", call, status=status, found=looks.pending(self.app),
                               said=said, errors=errors or {}, key=new_id())

    def _look_form(self, call: Call, session_id: str, *, status: int = 200,
                   errors: Mapping[str, Any] | None = None) -> Response:
        return self.staff_page(
            "look_new.html", call, status=status, errors=errors or {}, labels=LABELS, key=new_id(),
            session=self.app.store.sessions.one(session_id),
            mine=self.app.store.looks.of(session_id, call.rights.actor),
            typed=call.form.typed if call.form else {}, may_see=call.rights.may(Permission.NAMES),
        )
