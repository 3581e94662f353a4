"""Signing in at /staff with a token, until real sign-in exists: the same on every service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, STAFF_COOKIE, Call, Refused, door
from kernel.web.access import ONLY_HERE, Rights, is_same_origin
from kernel.web.auditing import tell
from kernel.web.https import came_by_https
from kernel.web.returning import local_path

STAYS = timedelta(hours=12)
WRONG_TOKENS = {"most": 10, "seconds": 600}  # of one address
Console = tuple[tuple[str, str, str], ...]  # address, name, and what else lies below it or ""


class SignInQuery(Schema):
    """Where to go afterwards."""

    class Meta:
        unknown = EXCLUDE

    next = fields.String(load_default="")


class SignInForm(Schema):
    """The token, and where to go afterwards."""

    class Meta:
        unknown = EXCLUDE

    token = fields.String(required=True, error_messages={"required": "请粘贴口令"})
    next = fields.String(load_default="")


class SignOutForm(Schema):
    """A button."""

    class Meta:
        unknown = EXCLUDE


class SignInPages:
    """In and out. A service gives its `console` also to its pages: `Pages(…, console=console)`;
    its application has `tries`."""

    app: Any
    pages: Pages
    rights_by_token: Callable[[str], Rights]
    console: ClassVar[Console]

    @door("GET", "/staff", allow=ANYONE, query=SignInQuery())
    def sign_in_page(self, call: Call) -> Response:
        """Asks for the token; who is signed in finds the way in and out."""
        return self._sign_in_form(call, next=call.query["next"])

    @door("POST", "/staff", allow=ANYONE, form=SignInForm())
    def sign_in(self, call: Call) -> Response:
        """Keeps the token in a cookie that no script reads and no other site sends, for 12 hours.

        403 for a wrong token, 429 with Retry-After for an address that was wrong too often.
        """
        form = call.form
        assert form is not None
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        back = str(form.typed.get("next", ""))
        if form.values is None:
            return self._sign_in_form(call, next=back, fault=form.errors["token"][0], status=422)
        tries, who = self.app.tries, call.address or "unknown"
        if seconds := tries.wait("token", who, **WRONG_TOKENS):
            return self._sign_in_too_often(call, back, seconds)
        token = form.values["token"]
        rights = self.rights_by_token(token)
        if not rights.staff:
            tries.take("token", who, **WRONG_TOKENS)
            tell(call, "sign_in_refused", "sign_in", by="", code="token_refused")
            fault = "口令不对。请检查是否完整，前后不要有空格；仍然不对请联系运维。"
            return self._sign_in_form(call, next=back, fault=fault, status=403)
        tries.clear("token", who, **WRONG_TOKENS)
        tell(call, "signed_in", "sign_in", by=rights.actor)
        answer = see(local_path(back, otherwise=self.console[0][0]))
        answer.set_cookie(
            STAFF_COOKIE, token, max_age=STAYS, path="/", httponly=True, samesite="Strict",
            secure=came_by_https(call),
        )
        return answer

    @door("POST", "/staff/sign-out", allow=ANYONE, form=SignOutForm())
    def sign_out(self, call: Call) -> Response:
        """Forgets the cookie. Safe to repeat."""
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        if call.staff:
            tell(call, "signed_out", "sign_out")
        answer = see("/staff")
        answer.delete_cookie(STAFF_COOKIE, path="/", httponly=True, samesite="Strict",
                             secure=came_by_https(call))
        return answer

    def _sign_in_form(self, call: Call, *, next: str, fault: str | None = None,
             status: int = 200) -> Response:
        return self.pages.render(
            "staff/sign_in.html", status=status, call=call, next=local_path(next, otherwise=""),
            fault=fault,
        )

    def _sign_in_too_often(self, call: Call, back: str, seconds: int) -> Response:
        minutes = -(-seconds // 60)
        fault = f"错的次数太多了，请 {minutes} 分钟后再试。"
        answer = self._sign_in_form(call, next=back, fault=fault, status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
