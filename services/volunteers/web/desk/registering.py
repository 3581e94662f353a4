"""Registering somebody at the desk, children with their guardian (C-25, C-27, C-33, C-35)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from werkzeug.wrappers import Response

from kernel.pages.once import once_of_typed
from kernel.web import DESK, Call, door
from kernel.web.fields import PSEUDONYM, PersonName, Phone
from kernel.web.scope import EVERYWHERE
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.people import consent
from services.volunteers.domain.people.broken import AlreadyAVolunteer
from services.volunteers.domain.people.document import TITLES
from services.volunteers.domain.people.volunteer import Guardian
from services.volunteers.schemas.people import Text
from services.volunteers.texts import texts
from services.volunteers.usecases.people import consenting
from services.volunteers.usecases.people.registering import Application, register_volunteer
from services.volunteers.web.acting import acting_of
from services.volunteers.web.desk.page import FORM, DeskPage
from services.volunteers.web.register_pages import AGREE, LABELS, RegisterForm

GUARDIAN = {
    "guardian_name": "监护人姓名", "guardian_phone": "监护人手机号",
    "guardian_relation": "与孩子的关系", "guardian_method": "怎样同意的",
    "guardian_evidence": "同意书编号",
}
METHODS = (("signed_form", "签了纸质同意书"), ("in_person", "当面口头同意"))
KNOWN = "这份证件或人员代号已经登记过。请用证件查找；换了手机号或丢了口令，办理找回"


class DeskRegisterForm(RegisterForm):
    """Who somebody is by the document on the counter, and a child's guardian."""

    person_ref = fields.String(load_default=None, validate=PSEUDONYM)
    guardian_name = PersonName()
    guardian_phone = Phone()
    guardian_relation = Text(most=20)
    guardian_method = fields.String(validate=validate.OneOf([name for name, _ in METHODS]))
    guardian_evidence = Text()

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _guardian_is_whole(self, _form: Any, typed: Mapping[str, Any], **_: Any) -> None:
        given = GUARDIAN.keys() & typed.keys()
        if given - {"guardian_method"} and given != GUARDIAN.keys():
            raise ValidationError({name: ["必填"] for name in GUARDIAN if name not in given})


class DeskRegisterPages(DeskPage):
    """Number and code are shown this once, for the person to take along."""

    @door("GET", "/staff/volunteers/new", allow=DESK, scope=EVERYWHERE)
    def desk_register_page(self, call: Call) -> Response:
        """Asks who it is, with the texts that are agreed to."""
        return self.sheet("register.html", call, **self._texts())

    @door("POST", "/staff/volunteers/new", allow=DESK, scope=EVERYWHERE, form=DeskRegisterForm())
    def desk_register_order(self, call: Call) -> Response:
        """Registers; sent again it shows the same."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self.sheet("register.html", call, form.typed, form.errors, status=422,
                              **self._texts())
        try:
            made = register_volunteer(
                self.register, _application(form.values, form.typed), acting=acting_of(call),
                once=once_of_typed("desk-register", form.typed),
            )
        except AlreadyAVolunteer:
            return self.sheet("register.html", call, form.typed, {"document_number": [KNOWN]},
                              status=409, **self._texts())
        except BrokenRule as rule:
            return self.refused_sheet("register.html", call, form.typed, rule, **self._texts())
        return self.staff_page("people/registered.html", call, made=made)

    def _texts(self) -> dict[str, Any]:
        purposes = consent.purposes(self.register.policy.receivers)
        return {
            "types": list(TITLES.items()), "methods": METHODS, "version": texts().version,
            "guardian_text": texts().guardian.strip(),
            "purposes": [(each, consenting.text_of(each)) for each in purposes],
            "labels": {**LABELS, **GUARDIAN, "person_ref": "人员代号", FORM: "登记"},
        }


def _application(values: Mapping[str, Any], typed: Mapping[str, Any]) -> Application:
    asked = {name: value for name, value in values.items()
             if name != "key" and name not in GUARDIAN}
    guardian = None
    if "guardian_name" in values:
        told = {name.removeprefix("guardian_"): values[name] for name in GUARDIAN}
        guardian = Guardian(**told, text_version=values["text_version"])
    agreed = tuple(name.removeprefix(AGREE) for name in typed if name.startswith(AGREE))
    return Application(**asked, guardian=guardian, consents=agreed)
