"""The way in and out at /staff of every service: with an account at `events`, whose pages these
lead to, and in a demo with a program's token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.application import OwnSettings
from kernel.pages import Pages, see
from kernel.web import ANYONE, STAFF, Call, Refused, door
from kernel.web.access import ONLY_HERE, Rights, is_same_origin
from kernel.web.auditing import tell
from kernel.web.returning import local_path
from kernel.web.scope import EVERYWHERE
from kernel.web.staying import forget, put

STAYS = timedelta(hours=12)
WRONG_TOKENS = {"most": 10, "seconds": 600}  # of one address
START = "/staff/start"
AUDIT = "/staff/audit"
OWNER = "events"  # the service that has the accounts
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
    name: str  # of the class, as `volunteers-http`
    rights_by_token: Callable[[str], Rights]
    console: ClassVar[Console]
    settings: ClassVar[Any] = OwnSettings()

    @door("GET", "/staff", allow=ANYONE, query=SignInQuery())
    def sign_in_page(self, call: Call) -> Response:
        """Leads to where staff sign in; who is signed in finds the way in and out."""
        there = self._sign_in_place(call.query["next"])
        if there and not call.staff and not self.takes_tokens():
            return see(there)
        return self.sign_in_form(call, next=call.query["next"], there=there)

    @door("GET", START, allow=STAFF, scope=EVERYWHERE)
    def start_page(self, call: Call) -> Response:
        """Leads to the first page of this service that is open to the caller."""
        return see(self.first_page(call.rights))

    @door("POST", "/staff", allow=ANYONE, form=SignInForm())
    def sign_in(self, call: Call) -> Response:
        """Keeps a token in a cookie that no script reads and no other site sends, for 12 hours;
        only where TOKEN_SIGN_IN says so.

        403 for a wrong token, 429 with Retry-After for an address that was wrong too often.
        """
        return self.sign_in_by_token(call)

    @door("POST", "/staff/sign-out", allow=ANYONE, form=SignOutForm())
    def sign_out(self, call: Call) -> Response:
        """Leads to where the login ends for all services; forgets a token. Safe to repeat."""
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        place = self.settings.addresses.get(OWNER)
        if call.rights.login_id and place:
            return self.lead_on(call, f"{place}/staff/out", "正在退出")
        return self.forgotten(call)

    def forgotten(self, call: Call) -> Response:
        """Back to where one signs in, without the cookie, whatever it was worth."""
        if call.staff:
            tell(call, "signed_out", "sign_out")
        answer = see("/staff")
        forget(answer, call, self.settings)
        return answer

    def sign_in_by_token(self, call: Call) -> Response:
        """Of whatever form has a field `token`."""
        form = call.form
        assert form is not None
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        back, token = str(form.typed.get("next", "")), str(form.typed.get("token", ""))
        if not self.takes_tokens():
            return see("/staff")
        if not token:
            return self.sign_in_form(call, next=back, fault="请粘贴口令", status=422)
        tries, who = self.app.tries, call.address or "unknown"
        if seconds := tries.wait("token", who, **WRONG_TOKENS):
            return self.too_often(call, back, seconds)
        rights = self.rights_by_token(token)
        if not rights.staff:
            tries.take("token", who, **WRONG_TOKENS)
            tell(call, "sign_in_refused", "sign_in", by="", code="token_refused")
            fault = "口令不对。请检查是否完整，前后不要有空格；仍然不对请联系运维。"
            return self.sign_in_form(call, next=back, fault=fault, status=403)
        tries.clear("token", who, **WRONG_TOKENS)
        tell(call, "signed_in", "sign_in", by=rights.actor)
        answer = see(local_path(back, otherwise=self.first_page(rights)))
        put(answer, call, self.settings, token, stays=STAYS)
        return answer

    def first_page(self, rights: Rights) -> str:
        """Of the console's pages the first that lets them in, or the audit log; where none does,
        the page that says who is signed in."""
        ways = [*(address for address, _, _ in self.console), AUDIT]
        return next((each for each in ways if self.pages.may(rights, each)), "/staff")

    def sign_in_form(self, call: Call, *, next: str, fault: str | None = None, status: int = 200,
                     there: str | None = None, **more: Any) -> Response:
        """The page, with what was typed and why it will not do."""
        return self.pages.render(
            "staff/sign_in.html", status=status, call=call, next=local_path(next, otherwise=""),
            fault=fault, there=there, takes_tokens=self.takes_tokens(), **more,
        )

    def too_often(self, call: Call, back: str, seconds: int, **more: Any) -> Response:
        """429, and when to come back."""
        fault = f"错的次数太多了，请 {-(-seconds // 60)} 分钟后再试。"
        answer = self.sign_in_form(call, next=back, fault=fault, status=429, **more)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def lead_on(self, call: Call, to: str, said: str) -> Response:
        """A page of ours that leads to another service of ours at once: a form may not, and a
        strict cookie only goes along from here."""
        return self.pages.render("staff/on.html", call=call, to=to, said=said)

    def takes_tokens(self) -> bool:
        """Whether browsers may sign in with a program's token."""
        return bool(self.settings.token_sign_in)

    def _sign_in_place(self, back: str) -> str | None:
        """Where accounts sign in, and the way back here; None where that is not known."""
        urls, own = self.settings.addresses, self.name.removesuffix("-http")
        if OWNER not in urls or own not in urls:
            return None
        way = urls[own] + local_path(back, otherwise=START)
        return f"{urls[OWNER]}/staff?next={quote(way, safe='')}"
