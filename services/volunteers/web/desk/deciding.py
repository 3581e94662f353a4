"""What waits for other eyes about persons: ways back, looks at minors, corrections (C-17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from logging import getLogger
from typing import Any

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.answers import Answer
from kernel.pages import see
from kernel.pages.once import once_of_typed
from kernel.web import CASEWORKER, CHECKER, DESK, OPERATOR, VIEWER, Call, door
from kernel.web.fields import PSEUDONYM
from kernel.web.scope import of_all
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.people.document import TITLES
from services.volunteers.schemas.people import Text
from services.volunteers.usecases.people import amending, reading, recovering, retaining
from services.volunteers.usecases.people.recovering import Asked, ask_recovery
from services.volunteers.web.acting import acting_of
from services.volunteers.web.desk.finding import DoneQuery
from services.volunteers.web.desk.page import DeskForm, DeskPage
from services.volunteers.web.register_pages import LABELS, RecoverForm

log = getLogger(__name__)
ROOT = "/staff/requests"
DONE = {"approved": "已通过。", "refused": "已驳回。"}
KINDS = {"recoveries": "找回账户", "amendments": "更正资料", "tickets": "查阅未成年人资料"}
STATES = {"pending": "待审", "approved": "通过", "refused": "驳回"}
TEMPLATE = "request.html"


class VerdictForm(DeskForm):
    """Approved or refused, and why."""

    action = fields.String(required=True, validate=validate.OneOf(["approved", "refused"]))
    reason = Text(required=True, least=2)


class DeskRecoverForm(RecoverForm):
    """Who wants the way back, and the reference of a new telephone."""

    person_ref = fields.String(load_default=None, validate=PSEUDONYM)


class RequestPages(DeskPage):
    """Who asked never decides, nor whom it is about; names are for caseworkers."""

    @door("GET", ROOT, allow=VIEWER, scope=of_all, query=DoneQuery())
    def requests_page(self, call: Call) -> Response:
        """Everything that waits, the oldest of each kind first."""
        found: dict[str, Any] = {"tickets": [{"request": each}
                                             for each in reading.open_tickets(self.register)]}
        if call.confidential:
            found["recoveries"] = recovering.open_recoveries(self.register)
            found["amendments"] = amending.open_amendments(self.register)
            log.info("what waits about persons was read by %s (correlation %s)",
                     call.rights.actor, call.correlation)
        return self.sheet("requests.html", call, found=found, kinds=KINDS,
                          done=DONE.get(call.query["done"]))

    @door("GET", f"{ROOT}/recoveries/new", allow=DESK, scope=of_all)
    def desk_recover_page(self, call: Call) -> Response:
        """Asks whose account it is, by the document on the counter."""
        return self._recovering(call)

    @door("POST", f"{ROOT}/recoveries/new", allow=DESK, scope=of_all, form=DeskRecoverForm())
    def desk_recover_order(self, call: Call) -> Response:
        """Takes the request; its code counts once somebody else has approved it (C-35)."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._recovering(call, form.errors, status=422)
        asked = Asked(**{name: value for name, value in form.values.items() if name != "key"})
        try:
            made = ask_recovery(self.register, asked, acting=acting_of(call),
                                once=once_of_typed("desk-recover", form.typed))
        except BrokenRule as rule:
            return self.refused_sheet("recover.html", call, form.typed, rule,
                                      types=list(TITLES.items()))
        return self.staff_page("people/recovering.html", call, made=made)

    @door("GET", f"{ROOT}/tickets/<string:request_id>", allow=CHECKER, scope=of_all)
    def ticket_page(self, call: Call, request_id: str) -> Response:
        """A look at a minor that somebody asked for."""
        return self._request(call, "tickets", self._ticket(request_id))

    @door("POST", f"{ROOT}/tickets/<string:request_id>", allow=CHECKER, scope=of_all,
          form=VerdictForm())
    def ticket_order(self, call: Call, request_id: str) -> Response:
        """Allows it for a while, or does not (C-28)."""
        return self._decide(call, "tickets", request_id, reading.decide_ticket, self._ticket)

    @door("GET", f"{ROOT}/recoveries/<string:request_id>", allow=CASEWORKER, scope=of_all)
    def recovery_page(self, call: Call, request_id: str) -> Response:
        """Who asks for a way back, beside what is known of the document's volunteer."""
        return self._request(call, "recoveries", recovering.beside(self.register, request_id))

    @door("POST", f"{ROOT}/recoveries/<string:request_id>", allow=CASEWORKER, scope=of_all,
          form=VerdictForm())
    def recovery_order(self, call: Call, request_id: str) -> Response:
        """Opens the account to who asked, or does not (C-35)."""
        return self._decide(call, "recoveries", request_id, recovering.decide_recovery,
                            lambda id: recovering.beside(self.register, id))

    @door("GET", f"{ROOT}/amendments/<string:request_id>", allow=CASEWORKER, scope=of_all)
    def amendment_page(self, call: Call, request_id: str) -> Response:
        """What a name or telephone is to be."""
        return self._request(call, "amendments", amending.amendment(self.register, request_id))

    @door("POST", f"{ROOT}/amendments/<string:request_id>", allow=CASEWORKER, scope=of_all,
          form=VerdictForm())
    def amendment_order(self, call: Call, request_id: str) -> Response:
        """Puts it right, or leaves it."""
        return self._decide(call, "amendments", request_id, amending.decide_amendment,
                            lambda id: amending.amendment(self.register, id))

    @door("GET", "/staff/retention", allow=OPERATOR, scope=of_all)
    def retention_page(self, call: Call) -> Response:
        """What is kept how long, and what was forgotten lately (C-31)."""
        return self._retention(call)

    @door("POST", "/staff/retention", allow=OPERATOR, scope=of_all, form=DeskForm())
    def retention_order(self, call: Call) -> Response:
        """Forgets at once what is past its time. Safe to repeat."""
        done = retaining.forget(self.register)
        return self._retention(call, said=f"已清理 {sum(done.values())} 条到期的资料。")

    def _ticket(self, request_id: str) -> dict[str, Any]:
        return {"request": reading.ticket(self.register, request_id)}

    def _request(self, call: Call, kind: str, told: Mapping[str, Any],
                 errors: Mapping[str, list[str]] | None = None, *,
                 status: int = 200) -> Response:
        return self.sheet(TEMPLATE, call, call.form.typed if call.form else {}, errors,
                          status=status, **_shown(kind, told))

    def _decide(self, call: Call, kind: str, request_id: str, decide: Callable[..., Answer],
                told: Callable[[str], Mapping[str, Any]]) -> Response:
        form = call.form
        assert form is not None
        if form.values is None:
            return self._request(call, kind, told(request_id), form.errors, status=422)
        action = form.values["action"]
        try:
            decide(self.register, request_id, approve=action == "approved",
                   reason=form.values["reason"], acting=acting_of(call),
                   once=once_of_typed(f"{kind}:{request_id}", form.typed))
        except BrokenRule as rule:
            return self.refused_sheet(TEMPLATE, call, form.typed, rule,
                                      **_shown(kind, told(request_id)))
        return see(f"{ROOT}?done={action}")

    def _recovering(self, call: Call, errors: Mapping[str, list[str]] | None = None, *,
                    status: int = 200) -> Response:
        return self.sheet("recover.html", call, call.form.typed if call.form else {}, errors,
                          status=status, types=list(TITLES.items()))

    def _retention(self, call: Call, *, said: str | None = None) -> Response:
        return self.sheet("retention.html", call, said=said,
                          classes=retaining.classes(self.register),
                          runs=retaining.reports(self.register))


def _shown(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "title": KINDS[kind], "told": told, "states": STATES,
            "labels": {**LABELS, "action": "决定", "reason": "原因"}}
