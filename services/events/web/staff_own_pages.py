"""What members of staff do with their own account: set it up, see where it is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from markupsafe import Markup
from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.audit.act import acting
from kernel.pages import see
from kernel.web import ANYONE, STAFF, Call, Refused, door
from kernel.web.access import ONLY_HERE, is_same_origin
from kernel.web.auditing import act_of, tell
from kernel.web.problem import Problem, status_of
from kernel.web.scope import EVERYWHERE
from kernel.web.staying import keep
from services.events.domain.broken import BrokenRule, NotSignedIn, UnknownLogin
from services.events.domain.staff_account import StaffAccount
from services.events.usecases.accounts import inviting, leaving
from services.events.usecases.accounts.one_time import digest_of
from services.events.web.devices import device_of
from services.events.web.staff_account_words import ROLES_CALLED
from services.events.web.staff_pages import DoneQuery, StaffPage
from services.events.web.staff_sign_in_pages import CodeForm, StaffSignInPages
from services.events.web.tickets import qr_code

ACCOUNT_NEEDED = Problem(403, "account_needed", "要用账号登录，口令没有账号")
UNLIKE = "两次填的密码不一样"


class SetUpForm(Schema):
    """A password, twice, and what the authenticator shows."""

    class Meta:
        unknown = EXCLUDE

    password = fields.String(load_default="")
    again = fields.String(load_default="")
    code = fields.String(load_default="")


class PasswordForm(Schema):
    """The password as it is, and another one, twice."""

    class Meta:
        unknown = EXCLUDE

    old = fields.String(load_default="")
    password = fields.String(load_default="")
    again = fields.String(load_default="")


class EndForm(Schema):
    """One login, or all of them."""

    class Meta:
        unknown = EXCLUDE

    login = fields.String(load_default="")


class StaffOwnPages(StaffSignInPages, StaffPage):
    """The invitation, and the account's own page."""

    errors: Any

    @door("GET", "/staff/invitation", allow=ANYONE)
    def invitation_page(self, call: Call) -> Response:
        """Asks for the code of the invitation."""
        return self.pages.render("staff/invitation.html", call=call, fault=None)

    @door("POST", "/staff/invitation", allow=ANYONE, form=CodeForm())
    def open_invitation(self, call: Call) -> Response:
        """The code; wrong, used and old ones are answered alike."""
        code = _typed(call)["code"]
        try:
            account = inviting.open_invitation(self.app, code, address=call.address)
        except BrokenRule as rule:
            tell(call, "sign_in_refused", "open_invitation", by="", code="invitation_over")
            return self.pages.render("staff/invitation.html", call=call, fault=str(rule),
                                     status=status_of(rule, self.errors))
        answer = see("/staff/set-up")
        said = {"account": account.account_id, "digest": digest_of(code)}
        self.keep_step(answer, call, "invited", said)
        return answer

    @door("GET", "/staff/set-up", allow=ANYONE)
    def set_up_page(self, call: Call) -> Response:
        """What the authenticator needs, and the form for the password."""
        return self._set_up(call)

    @door("POST", "/staff/set-up", allow=ANYONE, form=SetUpForm())
    def set_up(self, call: Call) -> Response:
        """Sets both; shows the recovery codes, once."""
        step, typed = self.step_of(call, "invited"), _typed(call)
        if step is None:
            return see("/staff/invitation")
        if typed["password"] != typed["again"]:
            return self._set_up(call, UNLIKE, status=422)
        name = self.app.store.staff.one(step["account"]).name
        try:
            with by(call, name, "set_up"):
                codes = inviting.accept(
                    self.app, step["account"], step["digest"], password=typed["password"],
                    code=typed["code"].replace(" ", ""), address=call.address)
        except NotSignedIn:
            return self._set_up(call, "验证器上的数字不对，请看一下手机的时间准不准", status=422)
        except BrokenRule as rule:
            return self._set_up(call, str(rule), status=status_of(rule, self.errors))
        answer = self.pages.render("staff/recovery.html", call=call, codes=codes, name=name)
        self.forget_step(answer, call)
        return answer

    @door("GET", "/staff/me", allow=STAFF, scope=EVERYWHERE, query=DoneQuery())
    def own_account_page(self, call: Call) -> Response:
        """What one may, where one is signed in, and the password."""
        return self._own(call, done=call.query["done"])

    @door("POST", "/staff/me/password", allow=STAFF, scope=EVERYWHERE, form=PasswordForm())
    def change_own_password(self, call: Call) -> Response:
        """Another password; signs out everywhere else."""
        account_id, typed = _account_of(call), _typed(call)
        if typed["password"] != typed["again"]:
            return self._own(call, fault=UNLIKE, status=422)
        try:
            login, token = leaving.change_password(
                self.app, account_id, old=typed["old"], new=typed["password"],
                device=device_of(call.environ), address=call.address)
        except BrokenRule as rule:
            fault = "现在的密码不对" if isinstance(rule, NotSignedIn) else str(rule)
            return self._own(call, fault=fault, status=422)
        answer = see("/staff/me?done=password")
        keep(answer, call, self.settings, token, holds=login.expires_at - login.began)
        return answer

    @door("POST", "/staff/me/logins", allow=STAFF, scope=EVERYWHERE, form=EndForm())
    def end_own_logins(self, call: Call) -> Response:
        """Signs out on one device, or on all."""
        account_id, login_id = _account_of(call), _typed(call)["login"]
        if not login_id:
            leaving.end_all(self.app, account_id)
            return self.signed_out(call)
        if login_id == call.rights.login_id:
            return self.signed_out(call)
        with suppress(UnknownLogin):  # it ended meanwhile, which is what was asked for
            leaving.end(self.app, account_id, login_id)
        return see("/staff/me?done=ended")

    def _own(self, call: Call, *, done: str = "", fault: str | None = None,
             status: int = 200) -> Response:
        account, logins = leaving.own(self.app, _account_of(call))
        return self.staff_page("me.html", call, status=status, account=account, logins=logins,
                               done=done, fault=fault, roles_called=ROLES_CALLED)

    def _set_up(self, call: Call, fault: str | None = None, status: int = 200) -> Response:
        account = self._invited(call)
        if account is None:
            return see("/staff/invitation")
        secret, link = inviting.secret_of(self.app, account)
        spaced = " ".join(secret[start:start + 4] for start in range(0, len(secret), 4))
        return self.pages.render(
            "staff/set_up.html", call=call, status=status, fault=fault, account=account,
            secret=spaced, link=link,
            picture=Markup(qr_code(link, "验证器二维码")),  # nosec B704 # drawn by segno, escaped
        )

    def _invited(self, call: Call) -> StaffAccount | None:
        step = self.step_of(call, "invited")
        found = self.app.store.staff.found(account_id=step["account"]) if step else None
        if step is None or found is None or not found.invited(step["digest"], self.app.clock()):
            return None
        return found


@contextmanager
def by(call: Call, name: str, what: str) -> Iterator[None]:
    """Inside, changes are kept in the audit log as those of who proved to be this member, where a
    door is open because nobody is signed in yet. Raises Refused for another site's form."""
    if not is_same_origin(call.environ):
        raise Refused(ONLY_HERE)
    act = act_of(what, call, "changed")
    act.by = name
    with acting(act):
        yield


def _typed(call: Call) -> dict[str, str]:
    form = call.form
    if form is None or form.values is None or not is_same_origin(call.environ):
        raise Refused(ONLY_HERE)
    typed: dict[str, str] = form.values
    return typed


def _account_of(call: Call) -> str:
    if call.rights.account_id is None:
        raise Refused(ACCOUNT_NEEDED)
    return call.rights.account_id
