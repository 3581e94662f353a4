"""Members of staff with accounts, on a town in memory: invited, set up and signed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.accounts import Accounts
from kernel.acting import Acting
from kernel.login_token import Checker, public_of
from kernel.logins import Logins
from kernel.rights import NOBODY, Rights
from kernel.web import STAFF_COOKIE, Call
from kernel.web.call import read_form
from services.events.domain.staff_account import Grant, StaffAccount
from services.events.usecases.accounts import inviting, managing, signing_in
from services.events.usecases.accounts.one_time import code_at, digest_of
from services.events.usecases.accounts.passwords import mark_of
from tests.unit.events.builders import SEED, Town
from tests.unit.events.console import Console, door_of

PASSWORD = "invented-Kettle 时间"
HERE = "203.0.113.9"


def acting(name: str, person_ref: str | None = None) -> Acting:
    return Acting(actor=name, person_ref=person_ref)


def add(town: Town, name: str, *roles: str, **limits: Any) -> StaffAccount:
    """By the operators' command: counts at once."""
    return managing.add(town.app, name, Grant(roles=roles, **limits), by=managing.COMMAND)


def set_up(town: Town, name: str, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Invites the member and sets everything up; the authenticator's secret, the recovery codes."""
    code = managing.invite(town.app, name, by=managing.COMMAND)
    account = inviting.open_invitation(town.app, code, address=HERE)
    secret, _ = inviting.secret_of(town.app, account)
    codes = inviting.accept(
        town.app, account.account_id, digest_of(code), password=password,
        code=code_at(secret, town.clock()), address=HERE)
    town.clock.advance(timedelta(seconds=60))  # that code is used
    return secret, codes


def signed_in(town: Town, name: str, secret: str, password: str = PASSWORD) -> str:
    """The token of a new login."""
    account = signing_in.check_password(town.app, name, password, address=HERE)
    _, (_, token) = signing_in.finish(
        town.app, account.account_id, mark_of(account.password), code_at(secret, town.clock()),
        device="Linux", address=HERE)
    town.clock.advance(timedelta(seconds=60))
    return token


def member(town: Town, name: str, *roles: str) -> str:
    """The token of a member who is signed in."""
    add(town, name, *roles)
    secret, _ = set_up(town, name)
    return signed_in(town, name, secret)


def logins(town: Town) -> Logins:
    """As a service reads them; here the one that owns them."""
    return Logins(Accounts(town.database), Checker([public_of(SEED)]), town.clock)


def rights(town: Town, token: str) -> Rights | None:
    return logins(town).staff(token)


class Browser(Console):
    """Somebody who keeps the cookies that they are given, and no script."""

    def __init__(self, town: Town, **environ: str) -> None:
        super().__init__(town, NOBODY)
        self.cookies: dict[str, str] = {}
        self.environ = environ

    def get(self, name: str, query: str = "", **values: str) -> Any:
        return self._kept(super().get(name, query, **values))

    def post(self, name: str, fields: Mapping[str, str], **values: str) -> Any:
        call = self._call("POST", "")
        schema = door_of(name).form
        assert schema is not None
        call.form = read_form(urlencode(fields).encode(), schema)
        return self._kept(self._ask(name, call, "", values))

    def token(self) -> str:
        return self.cookies.get(STAFF_COOKIE, "")

    def _call(self, method: str, query: str) -> Call:
        call = super()._call(method, query)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        call.environ = {**call.environ, "HTTP_COOKIE": kept, **self.environ}
        call.rights = rights(self.town, self.token()) or NOBODY
        call.logins = logins(self.town)
        return call

    def _kept(self, answer: Response) -> Response:
        for header in answer.headers.getlist("Set-Cookie"):
            name, _, rest = header.partition("=")
            value = rest.partition(";")[0]
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        return answer
