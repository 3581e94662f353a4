"""Opening a volunteer's record at the desk, taking it along, putting it right (C-25, C-28)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.answers import Answer
from kernel.clock import SHANGHAI
from kernel.pages.once import once_of_typed
from kernel.sheets import formats
from kernel.sheets.cells import Cell
from kernel.web import CASEWORKER, DESK, Call, door
from kernel.web.scope import of_all
from services.volunteers.domain.people.broken import TicketNeeded
from services.volunteers.schemas.people import ReasonBody, Text
from services.volunteers.schemas.requests import AmendmentBody
from services.volunteers.usecases.people import amending, consenting, reading
from services.volunteers.usecases.people.showing import Whole
from services.volunteers.web import record_tables
from services.volunteers.web.acting import acting_of
from services.volunteers.web.callers import exported_record, looked
from services.volunteers.web.desk.page import OF, DeskForm, DeskPage, typed_of
from services.volunteers.web.desk.registering import METHODS

LABELS = {"reason": "理由", "method": "怎样撤回的", "evidence": "依据", "name": "姓名",
          "phone": "手机号"}


class OpenForm(DeskForm, ReasonBody):
    """Why the record is opened; the person sees it."""


class AmendForm(DeskForm, AmendmentBody):
    """What a name or telephone is to be."""


class GuardianForm(DeskForm):
    """How a guardian took the consent back."""

    method = fields.String(required=True, validate=validate.OneOf([name for name, _ in METHODS]))
    evidence = Text(required=True)


class LookPages(DeskPage):
    """A look opens with a reason, at a minor with a ticket of one's own; every look is kept."""

    @door("GET", f"{OF}/record", allow=CASEWORKER, scope=of_all)
    def open_record_page(self, call: Call, volunteer_no: str) -> Response:
        """Asks why; says who looked before."""
        return self._opening(call, volunteer_no, {})

    @door("POST", f"{OF}/record", allow=CASEWORKER, scope=of_all, form=OpenForm(), audit="read")
    def whole_record_page(self, call: Call, volunteer_no: str) -> Response:
        """The record in the order of Order 67 Art. 5 to 9, numbers masked."""
        record = self._open_record(call, volunteer_no, "record")
        if isinstance(record, Response):
            return record
        return self.sheet(
            "whole.html", call, call.form.typed if call.form else {}, record=record,
            tables=[(each.name, [title for title, _ in each.columns],
                     [[_said(cell) for cell in row] for row in each.rows])
                    for each in record_tables.tables(record)],
            lines=[(each.record, _called(each.record.values))
                   for each in (*record.training, *record.honours, *record.ratings)
                   if not each.withdrawn],
        )

    @door("POST", f"{OF}/record.<any(csv, xlsx):form>", allow=CASEWORKER, scope=of_all,
          form=OpenForm(), gives=(*formats.KINDS.values(), "text/html"), audit="read")
    def record_file_page(self, call: Call, volunteer_no: str, form: str) -> Response:
        """The same as a sheet to take along."""
        record = self._open_record(call, volunteer_no, form)
        return record if isinstance(record, Response) else exported_record(call, record, form)

    @door("POST", f"{OF}/tickets", allow=CASEWORKER, scope=of_all, form=OpenForm())
    def ask_ticket_page(self, call: Call, volunteer_no: str) -> Response:
        """Asks to look at a minor's record; other eyes decide."""
        def ask(values: Mapping[str, Any]) -> Answer:
            return reading.ask_ticket(
                self.register, volunteer_no, reason=values["reason"], acting=acting_of(call),
                once=once_of_typed(f"ticket:{volunteer_no}", typed_of(call)))

        return self._desk_order(call, volunteer_no, "open.html", ask, done="asked")

    @door("GET", f"{OF}/amend", allow=DESK, scope=of_all)
    def amend_page(self, call: Call, volunteer_no: str) -> Response:
        """Asks what is to be put right."""
        self.register.active(volunteer_no)
        return self._asking("amend.html", call, volunteer_no)

    @door("POST", f"{OF}/amend", allow=DESK, scope=of_all, form=AmendForm())
    def amend_order(self, call: Call, volunteer_no: str) -> Response:
        """Keeps it until somebody else has decided (C-17)."""
        def ask(values: Mapping[str, Any]) -> Answer:
            return amending.ask_amendment(
                self.register, volunteer_no, **values, acting=acting_of(call),
                once=once_of_typed(f"amend:{volunteer_no}", typed_of(call)))

        return self._desk_order(call, volunteer_no, "amend.html", ask, done="asked")

    @door("GET", f"{OF}/guardian", allow=DESK, scope=of_all)
    def guardian_page(self, call: Call, volunteer_no: str) -> Response:
        """Asks how the guardian took the consent back."""
        self.register.active(volunteer_no)
        return self._asking("guardian.html", call, volunteer_no)

    @door("POST", f"{OF}/guardian", allow=DESK, scope=of_all, form=GuardianForm())
    def guardian_order(self, call: Call, volunteer_no: str) -> Response:
        """Stops all processing at once (C-25)."""
        def stop(values: Mapping[str, Any]) -> Answer:
            return consenting.withdraw_guardian(
                self.register, volunteer_no, **values, acting=acting_of(call),
                once=once_of_typed(f"guardian:{volunteer_no}", typed_of(call)))

        return self._desk_order(call, volunteer_no, "guardian.html", stop, done="stopped")

    def _open_record(self, call: Call, volunteer_no: str, what: str) -> Whole | Response:
        form = call.form
        assert form is not None
        if form.values is None:
            return self._opening(call, volunteer_no, form.errors, status=422)
        ticket = self.register.people.requests.ticket(call.rights.actor, volunteer_no,
                                                      self.register.clock())
        try:
            return looked(self.app, self.register, call, volunteer_no, what, ticket=ticket,
                          reason=form.values["reason"])
        except TicketNeeded as rule:
            return self._opening(call, volunteer_no, {"form": [str(rule)]}, status=403)

    def _opening(self, call: Call, volunteer_no: str, errors: Mapping[str, list[str]], *,
                 status: int = 200) -> Response:
        self.register.active(volunteer_no)
        return self._asking("open.html", call, volunteer_no, errors, status=status)

    def _asking(self, template: str, call: Call, volunteer_no: str,
                errors: Mapping[str, list[str]] | None = None, *, status: int = 200) -> Response:
        return self.sheet(template, call, typed_of(call), errors, status=status,
                          **self._shown_with(volunteer_no))

    def _desk_order(self, call: Call, volunteer_no: str, template: str,
                    work: Callable[[dict[str, Any]], Answer], *, done: str) -> Response:
        return self.ordered(template, call, volunteer_no, work,
                            partial(self._shown_with, volunteer_no), done=done)

    def _shown_with(self, volunteer_no: str) -> dict[str, Any]:
        return {"volunteer_no": volunteer_no, "labels": LABELS, "methods": METHODS,
                "looks": reading.looks(self.register, volunteer_no)[:20]}


def _typed(call: Call) -> Mapping[str, Any]:
    return call.form.typed if call.form else {}


def _said(cell: Cell) -> str:
    """A cell of the sheet as the page writes it."""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return "—" if cell in (None, "") else str(cell)


def _called(values: Mapping[str, Any]) -> str:
    """What a line is called in a list."""
    return str(values.get("title") or f"{values.get('session_id')} {values.get('grade')}")
