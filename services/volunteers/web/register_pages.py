"""Pages to register as a volunteer and to ask for the way back."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import Pages, with_time
from kernel.pages.once import once_of_form
from kernel.web import ANYONE, Call, door
from kernel.web.fields import BirthDate, PersonName, Phone
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import BrokenRule, TooManyTries
from services.volunteers.domain.people.broken import BadField
from services.volunteers.domain.people.document import TITLES, TYPES
from services.volunteers.schemas.people import Text
from services.volunteers.texts import texts
from services.volunteers.usecases.people.recovering import Asked, ask_recovery
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.registering import Application, register_volunteer

MISSING: dict[str, Any] = {"required": "必填"}
LABELS = {"name": "姓名", "phone": "手机号", "document_type": "证件类型",
          "document_number": "证件号码", "birth_date": "出生日期", "reason": "说明"}
# where a page shows what a rule says of a body's field
PLACES = {"document.number": "document_number", "consents": "agree.id_number",
          "guardian": "document_number", "version": "agree.id_number"}
AGREE = "agree."


class IdentityForm(Schema):
    """Who somebody is, as typed into a page; `key` marks the sheet that was filled in."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(load_default="", validate=validate.Length(max=64))
    name = PersonName(required=True, error_messages=MISSING)
    phone = Phone(required=True, error_messages=MISSING)
    document_type = fields.String(required=True, validate=validate.OneOf(TYPES))
    document_number = fields.String(required=True, validate=validate.Length(max=40),
                                    error_messages=MISSING)


class RegisterForm(IdentityForm):
    """And when they were born; what they agree to stands in boxes `agree.<purpose>`."""

    birth_date = BirthDate(load_default=None)
    text_version = fields.String(load_default="", validate=validate.Length(max=20))


class RecoverForm(IdentityForm):
    """And why."""

    reason = Text(load_default="")


class RegisterPages:
    """One thing per page; what was typed stays when something is wrong."""

    register: Register
    pages: Pages

    @door("GET", "/register", allow=ANYONE)
    def register_page(self, call: Call) -> Response:
        """Asks who one is, with the texts one agrees to."""
        return self._ask("register.html", {}, {})

    @door("POST", "/register", allow=ANYONE, form=RegisterForm())
    def register_by_form(self, call: Call) -> Response:
        """Registers, and shows number and code this once; sent again it shows the same."""
        assert call.form is not None
        typed, values = call.form.typed, call.form.values
        if values is None:
            return self._ask("register.html", typed, call.form.errors, status=422)
        agreed = tuple(name.removeprefix(AGREE) for name in typed if name.startswith(AGREE))
        key = values.pop("key")
        asked = Application(person_ref=None, consents=agreed, **values)
        try:
            made = register_volunteer(
                self.register, asked, acting=Acting(address=call.address),
                once=once_of_form("register", key, content=sorted(typed.items())) if key else None,
            )
        except BrokenRule as rule:
            return self._refused("register.html", typed, rule)
        return self.pages.render(
            "registered.html", heading="登记成功", said="你已登记为志愿者",
            told=[("编号", made["volunteer_no"]), ("口令", made["code"])],
        )

    @door("GET", "/recover", allow=ANYONE)
    def recover_page(self, call: Call) -> Response:
        """Asks whose account it is."""
        return self._ask("recover.html", {}, {})

    @door("POST", "/recover", allow=ANYONE, form=RecoverForm())
    def recover_by_form(self, call: Call) -> Response:
        """Takes the request; the page is the same whether there is such an account or not."""
        assert call.form is not None
        typed, values = call.form.typed, call.form.values
        if values is None:
            return self._ask("recover.html", typed, call.form.errors, status=422)
        key = values.pop("key")
        try:
            made = ask_recovery(
                self.register, Asked(**values), acting=Acting(address=call.address),
                once=once_of_form("recover", key, content=sorted(typed.items())) if key else None,
            )
        except BrokenRule as rule:
            return self._refused("recover.html", typed, rule)
        return self.pages.render(
            "registered.html", heading="已收到找回申请", said="工作人员核对通过后，下面的口令生效",
            told=[("申请号", made["request_id"]), ("口令", made["code"])],
        )

    def _ask(self, template: str, typed: Mapping[str, Any], errors: Mapping[str, list[str]], *,
             status: int = 200) -> Response:
        """A new sheet gets a new key; one that is shown again keeps its own."""
        return self.pages.render(
            template, status=status, typed=typed, errors=errors, labels=LABELS, texts=texts(),
            types=list(TITLES.items()), key=typed.get("key") or token_urlsafe(12),
        )

    def _refused(self, template: str, typed: Mapping[str, Any], rule: BrokenRule) -> Response:
        if isinstance(rule, BadField):
            found = {PLACES.get(name, name): reasons for name, reasons in rule.errors.items()}
            return self._ask(template, typed, found, status=422)
        is_shut_out = isinstance(rule, TooManyTries)
        said = str(rule) if is_shut_out else "不能再登记一次。如果是你本人，请用“找回”"
        page = self._ask(template, typed, {"document_number": [said]},
                         status=429 if is_shut_out else 409)
        return with_time(page, rule)
