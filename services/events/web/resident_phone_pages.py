"""Another telephone for the account's people: proved by a code at the old and one at the new."""

from __future__ import annotations

from datetime import timedelta

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.contact import FULL_WIDTH
from kernel.pages import Pages, see, with_time
from kernel.web import ANYONE, Call, door
from kernel.web.fields import Phone
from kernel.web.https import came_by_https
from services.events.domain.broken import BrokenRule
from services.events.schemas.fields import REQUIRED
from services.events.usecases.application import Events
from services.events.usecases.resident_phone import Written, ask_codes, move
from services.events.web.callers import own_resident, resident_of
from services.events.web.resident_pages import forgotten

COOKIE = "xiangxin_phone"  # the secrets of both codes
LABELS = {"phone": "新手机号", "old": "原手机号收到的验证码", "new": "新手机号收到的验证码"}
ADDRESS = "/me/phone"


class NewPhoneForm(Schema):
    """The telephone to come."""

    class Meta:
        unknown = EXCLUDE

    phone = Phone(required=True, error_messages=REQUIRED)


class BothForm(Schema):
    """Both codes as typed."""

    class Meta:
        unknown = EXCLUDE

    old = fields.String(required=True, error_messages=REQUIRED)
    new = fields.String(required=True, error_messages=REQUIRED)


class ResidentPhonePages:
    """Who gave up the old telephone asks a caseworker."""

    app: Events
    pages: Pages

    @door("GET", ADDRESS, allow=ANYONE)
    def new_phone_page(self, call: Call) -> Response:
        """Asks for the new number."""
        return self._new_phone_form() if call.resident else see(f"/sign-in?next={ADDRESS}")

    @door("POST", ADDRESS, allow=ANYONE, form=NewPhoneForm())
    def new_phone_order(self, call: Call) -> Response:
        """Sends both codes."""
        resident, form = own_resident(call), call.form
        assert form is not None
        if resident is None:
            return see(f"/sign-in?next={ADDRESS}")
        typed = str(form.typed.get("phone", ""))[:40]
        if form.values is None:
            return self._new_phone_form(typed, form.errors["phone"][0], status=422)
        try:
            secrets = ask_codes(self.app, resident.account_id, form.values["phone"],
                                caller=resident_of(call))
        except BrokenRule as rule:
            status = 429 if hasattr(rule, "seconds") else 409
            return with_time(self._new_phone_form(typed, str(rule), status=status), rule)
        page = self._both_codes_form({})
        page.set_cookie(COOKIE, ".".join(secrets), max_age=timedelta(minutes=10), path=ADDRESS,
                        httponly=True, samesite="Lax", secure=came_by_https(call))
        return page

    @door("POST", f"{ADDRESS}/codes", allow=ANYONE, form=BothForm())
    def both_codes_page(self, call: Call) -> Response:
        """Moves the people; one signs in with the new number from now on."""
        resident, form = own_resident(call), call.form
        assert form is not None
        if resident is None:
            return see(f"/sign-in?next={ADDRESS}")
        if form.values is None:
            return self._both_codes_form(form.errors, status=422)
        first, _, second = str(call.request.cookies.get(COOKIE, "")).partition(".")
        old, new = (Written(secret=secret[:64], code=_digits(form.values[name]))
                    for secret, name in ((first, "old"), (second, "new")))
        try:
            move(self.app, resident.account_id, old, new)
        except BrokenRule as rule:
            return self._both_codes_form({"old": [str(rule)]}, status=409)
        answer = forgotten(call, see("/sign-in?next=/me"))
        answer.delete_cookie(COOKIE, path=ADDRESS, httponly=True, samesite="Lax",
                             secure=came_by_https(call))
        return answer

    def _new_phone_form(self, phone: str = "", fault: str = "", *, status: int = 200) -> Response:
        return self.pages.render("phone.html", status=status, phone=phone, labels=LABELS,
                                 asked=False, errors={"phone": [fault]} if fault else {})

    def _both_codes_form(self, errors: object, *, status: int = 200) -> Response:
        return self.pages.render("phone.html", status=status, phone="", labels=LABELS,
                                 asked=True, errors=errors)


def _digits(typed: str) -> str:
    return "".join(typed.split()).translate(FULL_WIDTH)[:40]
