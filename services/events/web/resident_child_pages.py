"""A guardian adds a child to the family, or answers whether to be a child's guardian as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from kernel.web.fields import BirthDate, PersonName
from services.events.domain.broken import BrokenRule, NotAMinor, UnknownReference
from services.events.domain.family import TEXT_VERSION
from services.events.schemas.fields import REFERENCE, REQUIRED
from services.events.usecases.application import Events
from services.events.usecases.family import children
from services.events.usecases.family.seeing import family_of
from services.events.web.callers import own_resident
from services.events.web.resident_family_pages import ADDRESS, LABELS, SIGN_IN

CHILD = f"{ADDRESS}/child"
ASKED = f"{ADDRESS}/asked/<string:person_ref>"
TEXT = f"family-consent-{TEXT_VERSION}.html"


class ChildForm(Schema):
    """The child, and the guardian's word; the guardian only where several could be meant."""

    class Meta:
        unknown = EXCLUDE

    name = PersonName(required=True, error_messages=REQUIRED)
    birth_date = BirthDate(required=True, error_messages={**REQUIRED, "invalid": "请填写日期"})
    guardian_ref = fields.String(load_default=None, validate=REFERENCE)
    text_version = fields.String(load_default="")
    agreed = fields.Boolean(required=True, truthy={"1"}, falsy={""}, error_messages={
        "required": "需要监护人同意", "invalid": "需要监护人同意"})


class GuardianDecisionForm(Schema):
    """The word of who is asked to be a guardian."""

    class Meta:
        unknown = EXCLUDE

    decision = fields.String(required=True, validate=validate.OneOf(["given", "refused"]))
    text_version = fields.String(load_default="")


class ResidentChildPages:
    """Both show the text that is agreed to, whole and with its version."""

    app: Events
    pages: Pages

    @door("GET", CHILD, allow=ANYONE)
    def new_child_page(self, call: Call) -> Response:
        """Asks for the child and for consent."""
        return self._child_form(call, {})

    @door("POST", CHILD, allow=ANYONE, form=ChildForm(), audit="changed")
    def new_child_order(self, call: Call) -> Response:
        """Adds the child with the guardian's consent."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._child_form(call, form.errors, status=422)
        values = {name: value for name, value in form.values.items() if name != "agreed"}
        try:
            children.add_child(self.app, resident.account_id, children.Child(**values))
        except BrokenRule as rule:
            return self._child_form(call, {_place(rule): [str(rule)]}, status=409)
        return see(f"{ADDRESS}?done=added")

    @door("GET", ASKED, allow=ANYONE)
    def asked_guardian_page(self, call: Call, person_ref: str) -> Response:
        """Whether one wants to be the child's guardian."""
        if call.resident is None:
            return see(SIGN_IN)
        return self._guard_form(call, person_ref)

    @door("POST", ASKED, allow=ANYONE, form=GuardianDecisionForm(), audit="changed")
    def guardian_decision_page(self, call: Call, person_ref: str) -> Response:
        """Takes the word."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._guard_form(call, person_ref, errors=form.errors, status=422)
        try:
            children.answer_for_child(self.app, resident.account_id, person_ref, **form.values)
        except UnknownReference:
            return see(ADDRESS)
        except BrokenRule as rule:
            return self._guard_form(call, person_ref, errors={"text": [str(rule)]}, status=409)
        return see(f"{ADDRESS}?done={form.values['decision']}")

    def _child_form(self, call: Call, errors: Mapping[str, Any], *, status: int = 200) -> Response:
        if call.resident is None:
            return see(SIGN_IN)
        adults = family_of(self.app, call.resident.account_id).of("own")
        if not adults:
            return see(ADDRESS)
        return self.pages.render(
            "family_child.html", status=status, errors=errors, labels=LABELS, text=TEXT,
            version=TEXT_VERSION, adults=[(each.person_ref, each.name) for each in adults],
            typed=call.form.typed if call.form else {},
        )

    def _guard_form(self, call: Call, person_ref: str, *, errors: Mapping[str, Any] | None = None,
                    status: int = 200) -> Response:
        assert call.resident is not None
        family = family_of(self.app, call.resident.account_id)
        asked = next((each for each in family.asked if each.who.person_ref == person_ref), None)
        if asked is None:
            raise UnknownReference(person_ref)
        return self.pages.render("family_asked.html", status=status, asked=asked, text=TEXT,
                                 version=TEXT_VERSION, errors=errors or {})


def _place(rule: BrokenRule) -> str:
    """The field where it can be mended."""
    if isinstance(rule, NotAMinor):
        return "birth_date"
    return "guardian_ref" if isinstance(rule, UnknownReference) else "name"
