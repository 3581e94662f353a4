"""Whoever comes to the counter: found by what they say, put right, taken along, erased; children
for whom nobody answers, and the guardian who consented on paper (C-25, C-28, C-29)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, validate, validates_schema
from werkzeug.wrappers import Response

from kernel.answers import Once
from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import PageForm, once_of_typed
from kernel.web import CASEWORKER, Call, door
from kernel.web.fields import PersonName, Phone
from kernel.web.problem import Problem, status_of
from kernel.web.scope import of_all
from services.events.domain.broken import BrokenRule, UnknownReference
from services.events.domain.family import TEXT_VERSION
from services.events.schemas.personal import ContactBody, WhoseBody
from services.events.usecases import looks, own_data
from services.events.usecases.casework import case_of
from services.events.usecases.family import guarding
from services.events.web.callers import acting_of
from services.events.web.look_pages import LookForm
from services.events.web.places import of_person
from services.events.web.staff_pages import DoneQuery, StaffPage
from services.events.web.staff_words import at_fields

ROOT = "/staff/people"
ONE = f"{ROOT}/<string:person_ref>"
NOBODY = "没有找到。姓名和手机号须与报名时填写的一致"
SAID = {
    "corrected": "已更正。", "same": "与原来相同，没有改动。", "erased": "报名用的资料已删除。",
    "guardian": "已登记监护人。", "asked": "已提出查阅单，等别人批准。",
}
LABELS = {
    "name": "姓名", "phone": "手机号", "birth_date": "出生日期", "reason": "原因", "sure": "删除",
    "guardian_name": "监护人姓名", "guardian_phone": "监护人手机号", "seen": "证件和同意书",
}
Values = Mapping[str, Any]
Errors = Mapping[str, list[str]]


class FindForm(WhoseBody):
    """A name and a telephone, as they were told together."""

    class Meta:
        unknown = EXCLUDE


class CorrectionForm(PageForm, ContactBody):
    """What is put right; what is left empty stays."""

    @validates_schema
    def _something(self, form: Values, **_: Any) -> None:
        if not form.keys() - {"key"}:
            raise ValidationError("请填写要更正的内容", "name")


class GuardianForm(PageForm):
    """Who showed at the counter that they are the guardian, and signed."""

    guardian_name = PersonName(required=True)
    guardian_phone = Phone(required=True)
    seen = fields.Boolean(required=True, validate=validate.Equal(True),
                          error_messages={"required": "请先核对证件和签了字的同意书"})
    text_version = fields.String(required=True)


class ErasureForm(PageForm):
    """A button, and the box that says that it is meant."""

    sure = fields.Boolean(required=True, validate=validate.Equal(True),
                          error_messages={"required": "请先勾选确认"})


class PeoplePages(StaffPage):
    """For caseworkers. Nothing is listed but children for whom nobody answers."""

    errors: Mapping[type[Exception], Problem]

    @door("GET", ROOT, allow=CASEWORKER, scope=of_all)
    def people_page(self, call: Call) -> Response:
        """Asks who it is; children whose guardian left or was erased."""
        return self._people(call, {})

    @door("POST", f"{ROOT}/find", allow=CASEWORKER, scope=of_all, form=FindForm(), audit="read")
    def find_person_page(self, call: Call) -> Response:
        """Leads to who told this name with this telephone."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._people(call, form.errors, status=422)
        try:
            return see(f"{ROOT}/{own_data.find_person(self.app, **form.values)}")
        except UnknownReference:
            return self._people(call, {"name": [NOBODY]}, status=404)

    @door("GET", ONE, allow=CASEWORKER, scope=of_person, query=DoneQuery())
    def person_page(self, call: Call, person_ref: str) -> Response:
        """One person, and what can be done for them; a minor is masked without a look."""
        return self._case(call, person_ref, said=SAID.get(call.query["done"]))

    @door("POST", f"{ONE}/contact", allow=CASEWORKER, scope=of_person, form=CorrectionForm())
    def correct_person_order(self, call: Call, person_ref: str) -> Response:
        """Puts a name, telephone or birth date right."""
        def correct(values: Values, once: Once) -> str:
            told = {name: value for name, value in values.items() if name != "key"}
            answer = own_data.correct_contact(self.app, person_ref, **told, once=once)
            return "corrected" if answer["corrected"] else "same"

        return self._act(call, person_ref, "name", correct)

    @door("POST", f"{ONE}/look", allow=CASEWORKER, scope=of_person, form=LookForm())
    def ask_person_look_order(self, call: Call, person_ref: str) -> Response:
        """Asks to see, and to take along, what is kept of a minor; other eyes decide."""
        def ask(values: Values, once: Once) -> str:
            looks.ask(self.app, "person", person_ref, reason=values["reason"],
                      acting=acting_of(call), once=once)
            return "asked"

        return self._act(call, person_ref, "reason", ask)

    @door("POST", f"{ONE}/guardian", allow=CASEWORKER, scope=of_person, form=GuardianForm())
    def give_guardian_order(self, call: Call, person_ref: str) -> Response:
        """Lets somebody who is known here act for the child."""
        def give(values: Values, once: Once) -> str:
            guardian = own_data.find_person(self.app, values["guardian_name"],
                                            values["guardian_phone"])
            guarding.give_guardian(self.app, person_ref, guardian, values["text_version"],
                                   once=once)
            return "guardian"

        return self._act(call, person_ref, "guardian_name", give)

    @door("POST", f"{ONE}/erase", allow=CASEWORKER, scope=of_person, form=ErasureForm())
    def erase_person_order(self, call: Call, person_ref: str) -> Response:
        """Erases who it was, once the box says that it is meant."""
        def erase(_: Values, once: Once) -> str:
            own_data.erase_person(self.app, person_ref, once=once)
            return "erased"

        return self._act(call, person_ref, "sure", erase)

    def _act(self, call: Call, person_ref: str, field: str,
             work: Callable[[Values, Once], str]) -> Response:
        """Does what the form asks for and says what was done; a refusal is said at the field."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._case(call, person_ref, errors=form.errors, status=422)
        once = once_of_typed(f"{field}:{person_ref}", form.typed)
        try:
            done = work(form.values, once)
        except BrokenRule as rule:
            return self._case(call, person_ref, errors={field: [str(rule)]},
                              status=status_of(rule, self.errors))
        return see(f"{ROOT}/{person_ref}?done={done}")

    def _people(self, call: Call, errors: Errors, *, status: int = 200) -> Response:
        return self.staff_page(
            "people.html", call, status=status, labels=LABELS, errors=at_fields(errors),
            typed=call.form.typed if call.form else {}, alone=guarding.without_guardian(self.app))

    def _case(self, call: Call, person_ref: str, *, said: str | None = None,
              errors: Errors | None = None, status: int = 200) -> Response:
        return self.staff_page(
            "person.html", call, status=status, labels=LABELS, errors=at_fields(errors or {}),
            typed=call.form.typed if call.form else {}, said=said, key=new_id(),
            version=TEXT_VERSION, text=f"family-consent-{TEXT_VERSION}.html",
            case=case_of(self.app, person_ref, call.rights.actor))
