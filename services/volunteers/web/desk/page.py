"""What the pages of the desk share: how they are drawn, and where a refusal is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import fields
from werkzeug.wrappers import Response

from kernel.answers import Answer
from kernel.clock import new_id
from kernel.pages import see, with_time
from kernel.pages.once import PageForm
from kernel.web import Call
from kernel.web.problem import status_of
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import Errors
from services.volunteers.web.list_pages import StaffPage
from services.volunteers.web.register_pages import LABELS, PLACES

OF = "/staff/volunteers/<string:volunteer_no>"
FORM = "form"  # what no field of the form can mend
HERE = {**PLACES, "guardian": "guardian_name"}  # the desk has fields for a guardian
Faults = Mapping[str, Sequence[str]]


class DeskForm(PageForm):
    """A form of the desk: what is missing is said in the words of the pages."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if field_name == "key":
            return
        field_obj.error_messages["required"] = "必填"
        if isinstance(field_obj, fields.Date):
            field_obj.error_messages["invalid"] = "请填日期，例如 2026-05-01"
        elif isinstance(field_obj, fields.Integer):
            field_obj.error_messages["invalid"] = "请填整数"


class DeskPage(StaffPage):
    """They work without JavaScript; nothing of a person stands in an address."""

    register: Register
    errors: ClassVar[Errors]
    labels: ClassVar[Mapping[str, str]] = LABELS

    def sheet(self, template: str, call: Call, typed: Mapping[str, Any] | None = None,
              errors: Faults | None = None, *, status: int = 200, **values: Any) -> Response:
        """A page with a form; a new sheet gets a new key, one shown again keeps its own."""
        shown = dict(typed or {})
        return self.staff_page(
            f"people/{template}", call, status=status, typed=shown, errors=errors or {},
            key=shown.get("key") or new_id(), **{"labels": self.labels, **values},
        )

    def refused_sheet(self, template: str, call: Call, typed: Mapping[str, Any],
                      rule: BrokenRule, **values: Any) -> Response:
        """The same with what was refused, at its field where the rule names one."""
        return with_time(self.sheet(template, call, typed, faults_of(rule),
                                    status=status_of(rule, self.errors), **values), rule)

    def ordered(self, template: str, call: Call, volunteer_no: str,
                work: Callable[[dict[str, Any]], Answer], shown: Callable[[], dict[str, Any]], *,
                done: str) -> Response:
        """Does what a form asks for and leads back to the volunteer; refused, the form is shown
        again with what was typed. `shown` gives what the page needs beside it."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self.sheet(template, call, form.typed, form.errors, status=422, **shown())
        try:
            work({name: value for name, value in form.values.items() if name != "key"})
        except BrokenRule as rule:
            return self.refused_sheet(template, call, form.typed, rule, **shown())
        return see(f"/staff/volunteers/{volunteer_no}?done={done}")


def typed_of(call: Call) -> Mapping[str, Any]:
    """What was typed into the form, nothing where none was sent."""
    return call.form.typed if call.form else {}


def faults_of(rule: BrokenRule) -> Faults:
    """What a rule says, by the field of the page."""
    told: Mapping[str, list[str]] = getattr(rule, "errors", {FORM: [str(rule)]})
    return {HERE.get(name, name): reasons for name, reasons in told.items()}
