"""The console's forms: deciding on a request, confirming a stay, approving a long day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import once_of_typed
from kernel.web import CHECKER, ORGANISER, VIEWER, Call, door
from kernel.web.fields import Day
from kernel.web.problem import status_of
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.usecases import confirming, correcting, lines_of, waiting
from services.volunteers.web import forms
from services.volunteers.web.acting import Errors, acting_of
from services.volunteers.web.list_pages import StaffPage
from services.volunteers.web.places import of_correction, of_day, of_held
from services.volunteers.web.words import FIELDS

REQUEST = "/staff/corrections/<string:correction_id>"
HELD = "/staff/held/<string:entry_id>"
DAY = "/staff/people/<string:person_ref>/days/<string:day>"
Faults = Mapping[str, Sequence[str]]


class DecisionPages(StaffPage):
    """Each shows what there is, takes a word on it and leads back to its list."""

    errors: ClassVar[Errors]

    @door("GET", REQUEST, allow=VIEWER, scope=of_correction)
    def correction_page(self, call: Call, correction_id: str) -> Response:
        """A request: before, after, who, since when, why it waits."""
        return self._correction(call, correction_id, {"key": new_id()})

    @door("POST", REQUEST, allow=CHECKER, scope=of_correction, form=forms.DecideForm())
    def correction_order(self, call: Call, correction_id: str) -> Response:
        """Decides (C-17)."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._correction(call, correction_id, form.typed, form.errors, status=422)
        values = form.values
        try:
            correcting.decide(
                self.app, correction_id, values["action"], reason=values["reason"],
                minutes=values.get("minutes"), by=acting_of(call),
                once=once_of_typed(f"decide:{correction_id}", form.typed),
            )
        except BrokenRule as refused:
            return self._correction(call, correction_id, form.typed, {"form": [str(refused)]},
                                    status=status_of(refused, self.errors))
        return see(f"/staff/corrections?done={values['action']}")

    @door("GET", HELD, allow=VIEWER, scope=of_held)
    def held_entry_page(self, call: Call, entry_id: str) -> Response:
        """A held stay, and the form for the organiser's word."""
        return self._held(call, entry_id, {"key": new_id()})

    @door("POST", HELD, allow=ORGANISER, scope=of_held, form=forms.ConfirmForm())
    def held_entry_order(self, call: Call, entry_id: str) -> Response:
        """Confirms (C-05)."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._held(call, entry_id, form.typed, form.errors, status=422)
        values = form.values
        session = waiting.one_held(self.app, entry_id).session
        try:
            confirming.confirm(
                self.app, entry_id, forms.wanted_of(values, session), by=acting_of(call),
                evidence=values["evidence"], reason=values["reason"],
                once=once_of_typed(f"confirm:{entry_id}", form.typed),
            )
        except BrokenRule as refused:
            return self._held(call, entry_id, form.typed, {"form": [str(refused)]},
                              status=status_of(refused, self.errors))
        return see("/staff/held?done=confirmed")

    @door("GET", DAY, allow=VIEWER, scope=of_day)
    def day_page(self, call: Call, person_ref: str, day: str) -> Response:
        """A person's day with what counts and what waits."""
        return self._day(call, person_ref, _day_of(day), {"key": new_id()})

    @door("POST", DAY, allow=CHECKER, scope=of_day, form=forms.DayForm())
    def day_order(self, call: Call, person_ref: str, day: str) -> Response:
        """Approves, or takes the approval back (C-09)."""
        form, when = call.form, _day_of(day)
        assert form is not None
        if form.values is None:
            return self._day(call, person_ref, when, form.typed, form.errors, status=422)
        values = form.values
        is_approved = values["action"] == "approve"
        try:
            confirming.approve_day(
                self.app, person_ref, when, approved=is_approved, level=values["level"],
                reason=values["reason"], by=acting_of(call),
                once=once_of_typed(f"day:{person_ref}/{day}", form.typed),
            )
        except BrokenRule as refused:
            return self._day(call, person_ref, when, form.typed, {"form": [str(refused)]},
                             status=status_of(refused, self.errors))
        return see(f"/staff/days?done=day-{'approved' if is_approved else 'withdrawn'}")

    def _correction(self, call: Call, correction_id: str, typed: Mapping[str, Any],
                    errors: Faults | None = None, *, status: int = 200) -> Response:
        asked = waiting.one_correction(self.app, correction_id)
        is_open = call.confidential or not asked.correction.session.confidential
        return self._form(call, "correction.html", typed, errors, status, asked=asked,
                          is_open=is_open)

    def _held(self, call: Call, entry_id: str, typed: Mapping[str, Any],
              errors: Faults | None = None, *, status: int = 200) -> Response:
        held = waiting.one_held(self.app, entry_id)
        return self._form(call, "held_entry.html", typed, errors, status, held=held)

    def _day(self, call: Call, person_ref: str, day: date, typed: Mapping[str, Any],
             errors: Faults | None = None, *, status: int = 200) -> Response:
        lines = lines_of(self.app, person_ref, first=day, last=day)
        return self._form(call, "day.html", typed, errors, status, person_ref=person_ref, day=day,
                          lines=lines, level=acting_of(call).level)

    def _form(self, call: Call, template: str, typed: Mapping[str, Any], errors: Faults | None,
              status: int, **values: Any) -> Response:
        return self.staff_page(template, call, status=status, typed=typed, errors=errors or {},
                               labels=FIELDS, **values)


def _day_of(text: str) -> date:
    """The day in an address. Raises ValidationError that names it."""
    try:
        return Day().deserialize(text)
    except ValidationError as error:
        raise ValidationError(error.messages, "day") from None
