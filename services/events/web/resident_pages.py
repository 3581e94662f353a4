"""Signing in by telephone: the number, the code from the SMS, and out again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.contact import FULL_WIDTH, masked_phone
from kernel.pages import Pages, see, with_time
from kernel.web import ANYONE, Call, Refused, door
from kernel.web.access import ONLY_HERE, RESIDENT_COOKIE, is_same_origin
from kernel.web.fields import Phone
from kernel.web.https import came_by_https
from kernel.web.returning import local_path
from services.events.domain.broken import CodeOver, SignInClosed, TooManyCodes, WrongCode
from services.events.usecases import resident_codes
from services.events.usecases.application import Events
from services.events.usecases.resident_signing_in import check_open, sign_in, sign_out
from services.events.web.callers import resident_of
from services.events.web.devices import device_of
from services.events.web.forms import NoFields

CODE_COOKIE = "xiangxin_code"  # the secret without which a code is of no use
CODE_KEPT = timedelta(minutes=10)
LABELS = {"phone": "手机号", "code": "验证码"}
NEEDED: dict[str, Any] = {"required": "请填写"}


class NextQuery(Schema):
    """Where to go afterwards."""

    class Meta:
        unknown = EXCLUDE

    next = fields.String(load_default="")


class PhoneForm(NextQuery):
    """Whose telephone the code goes to."""

    phone = Phone(required=True, error_messages=NEEDED)


class WrittenForm(NextQuery):
    """The code as typed: full-width digits and spaces are no fault."""

    code = fields.Function(deserialize=lambda typed: "".join(str(typed).split())
                           .translate(FULL_WIDTH)[:40], required=True, error_messages=NEEDED)


class ResidentPages:
    """In and out. Known and unknown numbers are answered the same."""

    app: Events
    pages: Pages

    @door("GET", "/sign-in", allow=ANYONE, query=NextQuery())
    def resident_sign_in_page(self, call: Call) -> Response:
        """Asks for the telephone; who is signed in goes on."""
        back = local_path(call.query["next"], otherwise="/mine")
        return see(back) if call.resident else self._phone_form(back)

    @door("POST", "/sign-in", allow=ANYONE, form=PhoneForm())
    def resident_phone_page(self, call: Call) -> Response:
        """Sends a code; 429 with Retry-After where there were too many."""
        back = _back(call)
        assert call.form is not None
        typed = str(call.form.typed.get("phone", ""))[:40]
        if call.form.values is None:
            fault = call.form.errors.get("phone", ["请填写"])[0]
            return self._phone_form(back, phone=typed, fault=fault, status=422)
        try:
            check_open(self.app)
            secret = resident_codes.ask_code(self.app, call.form.values["phone"], "sign_in",
                                             caller=resident_of(call))
        except (TooManyCodes, SignInClosed) as rule:
            status = 429 if isinstance(rule, TooManyCodes) else 503
            page = self._phone_form(back, phone=typed, fault=str(rule), status=status)
            return with_time(page, rule)
        answer = see(f"/sign-in/code?next={quote(back, safe='/')}")
        answer.set_cookie(CODE_COOKIE, secret, max_age=CODE_KEPT, path="/sign-in", httponly=True,
                          samesite="Lax", secure=came_by_https(call))
        return answer

    @door("GET", "/sign-in/code", allow=ANYONE, query=NextQuery())
    def resident_code_page(self, call: Call) -> Response:
        """Asks for the code that was sent to the telephone typed here."""
        return self._code_form(call, local_path(call.query["next"], otherwise="/mine"))

    @door("POST", "/sign-in/code", allow=ANYONE, form=WrittenForm())
    def resident_written_page(self, call: Call) -> Response:
        """Signs in; a new login each time, whatever the browser kept before."""
        back = _back(call)
        assert call.form is not None
        if call.form.values is None:
            return self._code_form(call, back, fault="请填写 6 位数字", status=422)
        try:
            login, token = sign_in(self.app, _secret(call), call.form.values["code"],
                                   device=device_of(call.environ))
        except WrongCode as rule:
            if rule.left:
                return self._code_form(call, back, fault=str(rule), status=422)
            return self._phone_form(back, fault=str(rule), status=409)
        except (CodeOver, SignInClosed) as rule:
            status = 409 if isinstance(rule, CodeOver) else 503
            return self._phone_form(back, fault=str(rule), status=status)
        answer = see(back)
        answer.set_cookie(RESIDENT_COOKIE, token, expires=login.expires_at, path="/",
                          httponly=True, samesite="Lax", secure=came_by_https(call))
        answer.delete_cookie(CODE_COOKIE, path="/sign-in", httponly=True, samesite="Lax",
                             secure=came_by_https(call))
        return answer

    @door("POST", "/sign-out", allow=ANYONE, form=NoFields())
    def resident_sign_out_page(self, call: Call) -> Response:
        """Ends this login everywhere it holds and forgets the cookie. Safe to repeat."""
        _check_origin(call)
        if resident := call.resident:
            sign_out(self.app, resident.account_id, resident.login_id)
        return forgotten(call, see("/"))

    def _phone_form(self, back: str, *, phone: str = "", fault: str | None = None,
                    status: int = 200) -> Response:
        return self.pages.render(
            "sign_in.html", status=status, next=back, phone=phone, labels=LABELS,
            errors={"phone": [fault]} if fault else {},
        )

    def _code_form(self, call: Call, back: str, *, fault: str | None = None,
                   status: int = 200) -> Response:
        try:
            found = resident_codes.sent(self.app, _secret(call), "sign_in")
        except CodeOver as rule:
            return self._phone_form(back, fault=str(rule) if status != 200 else None,
                                    status=409 if status != 200 else 200)
        return self.pages.render(
            "sign_in_code.html", status=status, next=back, sent=found, labels=LABELS,
            phone=masked_phone(found.phone), errors={"code": [fault]} if fault else {},
        )


def forgotten(call: Call, answer: Response) -> Response:
    """The answer, after which the browser is signed in no more."""
    answer.delete_cookie(RESIDENT_COOKIE, path="/", httponly=True, samesite="Lax",
                         secure=came_by_https(call))
    return answer


def _secret(call: Call) -> str:
    return str(call.request.cookies.get(CODE_COOKIE, ""))[:64]


def _back(call: Call) -> str:
    _check_origin(call)
    assert call.form is not None
    return local_path(str(call.form.typed.get("next", "")), otherwise="/mine")


def _check_origin(call: Call) -> None:
    """A page of another site neither signs anybody in (as somebody else) nor out."""
    if not is_same_origin(call.environ):
        raise Refused(ONLY_HERE)
