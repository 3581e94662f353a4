"""Where staff sign in for all four services: name and password, then a one-time code; and out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.pages import see
from kernel.sign_in import START, SignInPages, SignInQuery, SignOutForm
from kernel.web import ANYONE, Call, Refused, door
from kernel.web.access import ONLY_HERE, is_same_origin, kept
from kernel.web.auditing import tell
from kernel.web.returning import place_of_ours
from kernel.web.shields import is_https
from kernel.web.staying import keep
from services.events.domain.broken import NotSignedIn, TooManyWrong, UnknownLogin
from services.events.usecases.accounts import leaving, signing_in
from services.events.usecases.accounts.passwords import mark_of
from services.events.usecases.accounts.signing_in import Signed
from services.events.usecases.application import Events
from services.events.web.devices import device_of

STEP_COOKIE = "xiangxin_step"  # between the password and the code; never a login
STEP_HOLDS = timedelta(minutes=10)
SAME_SITE = ("same-origin", "same-site")


class StaffSignInForm(Schema):
    """Name and password; or, in a demo, a token."""

    class Meta:
        unknown = EXCLUDE

    name = fields.String(load_default="")
    password = fields.String(load_default="")
    token = fields.String(load_default="")
    next = fields.String(load_default="")


class CodeForm(Schema):
    """One code: of an authenticator, for the day it is lost, or of an invitation."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(load_default="")


class StaffSignInPages(SignInPages):
    """In and out, with an account."""

    app: Events
    signed_out: Callable[[Call], Response]  # of the last part, which knows the provider

    @door("GET", "/staff", allow=ANYONE, query=SignInQuery())
    def sign_in_page(self, call: Call) -> Response:
        """Asks for name and password; who is signed in finds the way in and out."""
        return self.sign_in_form(call, next=call.query["next"])

    @door("POST", "/staff", allow=ANYONE, form=StaffSignInForm())
    def sign_in(self, call: Call) -> Response:
        """The first step: name and password. Then the one-time code is asked for.

        401 and the same words whatever was wrong, 429 with Retry-After after too many tries.
        """
        form = call.form
        assert form is not None
        if "token" in form.typed:
            return self.sign_in_by_token(call)
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        typed = form.values or {}
        name, back = typed.get("name", "").lower(), typed.get("next", "")
        try:
            account = signing_in.check_password(
                self.app, name, typed.get("password", ""), address=call.address)
        except NotSignedIn as rule:
            tell(call, "sign_in_refused", "sign_in", by="", code="not_signed_in")
            return self.sign_in_form(call, next=back, name=name, wrong=str(rule), status=401)
        except TooManyWrong as rule:
            return self.too_often(call, back, rule.seconds, name=name)
        answer = see("/staff/code")
        said = {"account": account.account_id, "mark": mark_of(account.password),
                "next": self.place_after(back)}
        self.keep_step(answer, call, "code", said)
        return answer

    @door("GET", "/staff/code", allow=ANYONE)
    def sign_in_code_page(self, call: Call) -> Response:
        """Asks for the one-time code."""
        if self.step_of(call, "code") is None:
            return see("/staff")
        return self.pages.render("staff/code.html", call=call, fault=None)

    @door("POST", "/staff/code", allow=ANYONE, form=CodeForm())
    def sign_in_code(self, call: Call) -> Response:
        """The second step: a login begins. 401 for a code that is wrong or was used, 429."""
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        step = self.step_of(call, "code")
        if step is None:
            return see("/staff")
        typed = (call.form and call.form.values) or {}
        try:
            account, signed = signing_in.finish(
                self.app, step["account"], step["mark"], typed.get("code", "").replace(" ", ""),
                device=device_of(call.environ), address=call.address)
        except (NotSignedIn, TooManyWrong) as rule:
            seconds = getattr(rule, "seconds", 0)
            tell(call, "sign_in_refused", "sign_in_code", by="", code="not_signed_in")
            fault = str(rule) if seconds else "验证码不对，或者已经用过。请等下一个再试。"
            page = self.pages.render("staff/code.html", call=call, fault=fault,
                                     status=429 if seconds else 401)
            if seconds:
                page.headers["Retry-After"] = str(seconds)
            return page
        tell(call, "signed_in", "sign_in_code", by=account.name)
        return self.signed_in(call, signed, step["next"])

    @door("POST", "/staff/sign-out", allow=ANYONE, form=SignOutForm())
    def sign_out(self, call: Call) -> Response:
        """Ends the login for all services, forgets the cookie. Safe to repeat."""
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        return self.signed_out(call)

    @door("GET", "/staff/out", allow=ANYONE)
    def sign_out_page(self, call: Call) -> Response:
        """Where the other services lead to: ends the login where one of our own pages sent the
        browser, else asks."""
        if call.staff and call.environ.get("HTTP_SEC_FETCH_SITE") not in SAME_SITE:
            return self.pages.render("staff/out.html", call=call)
        return self.signed_out(call)

    def signed_in(self, call: Call, signed: Signed, back: str) -> Response:
        """To where they were going, with the login in a cookie."""
        login, token = signed
        local = back.startswith("/")
        answer = see(back) if local else self.lead_on(call, back, "已登录")
        keep(answer, call, self.settings, token, holds=login.expires_at - login.began)
        self.forget_step(answer, call)
        return answer

    def left(self, call: Call) -> Response:
        """Forgets the cookie even where the login is over already."""
        rights = call.rights
        if rights.account_id and rights.login_id:
            with suppress(UnknownLogin):  # ended meanwhile, which is what was asked for
                leaving.end(self.app, rights.account_id, rights.login_id)
        return self.forgotten(call)

    def place_after(self, back: str) -> str:
        """Where to go after signing in: a page of one of our services, never anybody else's."""
        return place_of_ours(back, [*self.settings.addresses.values()],
                             otherwise=START)

    def sign_in_form(self, call: Call, *, next: str, fault: str | None = None, status: int = 200,
                     there: str | None = None, **more: Any) -> Response:
        back = self.place_after(next) if next else ""
        return self.pages.render(
            "staff/sign_in.html", status=status, call=call, next=back, fault=fault, there=there,
            takes_tokens=self.takes_tokens(), has_key=self.app.signer is not None,
            has_provider=self.app.identity is not None,
            **{"name": "", "wrong": None, **more},
        )

    def keep_step(self, answer: Response, call: Call, purpose: Any, said: dict[str, str]) -> None:
        """What the next page has to know, signed, for a few minutes."""
        if self.app.notes is None:
            return
        note = self.app.notes.write(purpose, said, now=self.app.clock(), holds=STEP_HOLDS)
        answer.set_cookie(STEP_COOKIE, note, max_age=STEP_HOLDS, path="/staff", httponly=True,
                          samesite="Strict", secure=is_https(call.environ))

    def step_of(self, call: Call, purpose: Any) -> Any:
        """What was kept for this page; None when it is over."""
        note = kept(call.environ, STEP_COOKIE)
        if not note or self.app.notes is None:
            return None
        return self.app.notes.read(purpose, note, self.app.clock())

    def forget_step(self, answer: Response, call: Call) -> None:
        """Safe to repeat."""
        answer.delete_cookie(STEP_COOKIE, path="/staff", httponly=True, samesite="Strict",
                             secure=is_https(call.environ))
