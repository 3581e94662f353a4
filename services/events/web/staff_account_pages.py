"""Where operators keep the accounts of staff: made, changed, invited, shut, decided by two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from kernel.pages import see
from kernel.rights import ROLES
from kernel.web import OPERATOR, Call, door
from kernel.web.problem import invalid_input, status_of
from kernel.web.scope import of_all
from services.events.domain.broken import BrokenRule
from services.events.domain.staff_account import DELICATE
from services.events.usecases.accounts import managing
from services.events.web.callers import acting_of
from services.events.web.staff_account_forms import (
    ActionForm,
    DecisionForm,
    GrantForm,
    grant_of,
    typed_of,
)
from services.events.web.staff_account_words import DONE, ROLES_CALLED, ROLES_TOLD
from services.events.web.staff_pages import DoneQuery, StaffPage

ONE = "/staff/accounts/<string:account>"
WORK = {"sign-out": managing.sign_out, "close": managing.shut, "open": managing.reopen}


class StaffAccountPages(StaffPage):
    """What is delicate waits here for a second operator (C-17)."""

    errors: Any

    @door("GET", "/staff/accounts", allow=OPERATOR, scope=of_all, query=DoneQuery())
    def accounts_page(self, call: Call) -> Response:
        """Every account, and what waits for a second operator."""
        return self.staff_page(
            "accounts.html", call, accounts=self.app.store.staff.all(),
            waiting=self.app.store.staff.waiting(), done=DONE.get(call.query["done"], ""),
            roles_called=ROLES_CALLED,
        )

    @door("GET", "/staff/accounts/new", allow=OPERATOR, scope=of_all)
    def new_account_page(self, call: Call) -> Response:
        """The form."""
        return self._new(call, {})

    @door("POST", "/staff/accounts/new", allow=OPERATOR, scope=of_all, form=GrantForm())
    def add_account(self, call: Call) -> Response:
        """A new account; nobody can sign in to it before its owner was invited."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._new(call, form.typed, form.errors, status=422)
        try:
            made = managing.add(self.app, form.values["name"].lower(), self._grant(form.typed),
                                by=acting_of(call), person_ref=form.values["person_ref"])
        except BrokenRule as rule:
            return self._new(call, form.typed, {"name": [str(rule)]},
                             status=status_of(rule, self.errors))
        return see(f"/staff/accounts/{made.name}?done=added")

    @door("GET", ONE, allow=OPERATOR, scope=of_all, query=DoneQuery())
    def account_page(self, call: Call, account: str) -> Response:
        """What it may, and what can be done."""
        return self._one(call, account, done=DONE.get(call.query["done"], ""))

    @door("POST", ONE, allow=OPERATOR, scope=of_all, form=GrantForm())
    def change_account(self, call: Call, account: str) -> Response:
        """Other roles or limits; delicate ones wait."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._one(call, account, form.typed, fault="请检查填写的内容", status=422)
        try:
            counts = managing.change(self.app, account, self._grant(form.typed), by=acting_of(call))
        except BrokenRule as rule:
            return self._one(call, account, form.typed, fault=str(rule),
                             status=status_of(rule, self.errors))
        return see(f"/staff/accounts/{account}?done={'changed' if counts else 'waits'}")

    @door("POST", f"{ONE}/act", allow=OPERATOR, scope=of_all, form=ActionForm())
    def act_on_account(self, call: Call, account: str) -> Response:
        """Invites, takes the authenticator away, signs out, shuts or opens. The code of an
        invitation is shown once."""
        form = call.form
        assert form is not None
        if form.values is None:
            raise invalid_input(form.errors)
        action, by = form.values["action"], acting_of(call)
        try:
            if action in WORK:
                WORK[action](self.app, account, by=by)
                return see(f"/staff/accounts/{account}?done={action}")
            work = managing.invite if action == "invite" else managing.reset
            return self._one(call, account, code=work(self.app, account, by=by))
        except BrokenRule as rule:
            return self._one(call, account, fault=str(rule), status=status_of(rule, self.errors))

    @door("POST", "/staff/account-requests/<string:request_id>", allow=OPERATOR, scope=of_all,
          form=DecisionForm())
    def decide_grant(self, call: Call, request_id: str) -> Response:
        """A second operator's yes or no (C-17)."""
        form = call.form
        assert form is not None
        if form.values is None:
            raise invalid_input(form.errors)
        approve = form.values["decision"] == "approve"
        managing.decide(self.app, request_id, approve=approve, by=acting_of(call))
        return see(f"/staff/accounts?done={'approved' if approve else 'refused'}")

    def _grant(self, typed: Mapping[str, Any]) -> Any:
        return grant_of(typed, [each for each, _ in self._programmes()])

    def _programmes(self) -> list[tuple[str, str]]:
        return [(each["key"], each["title"]) for each in self.app.store.programmes.all()]

    def _new(self, call: Call, typed: Mapping[str, Any],
             errors: Mapping[str, list[str]] | None = None, *, status: int = 200) -> Response:
        return self._page("account_new.html", call, typed, status, errors=errors or {})

    def _one(self, call: Call, name: str, typed: Mapping[str, Any] | None = None, *,
             done: str = "", fault: str | None = None, code: str | None = None,
             status: int = 200) -> Response:
        account = self.app.store.staff.named(name)
        waiting = [each for each in self.app.store.staff.waiting() if each.name == name]
        own = call.rights.actor == name
        return self._page(
            "account.html", call, typed or typed_of(account.grant), status, account=account,
            waiting=waiting, own=own, done=done, fault=fault, code=code,
        )

    def _page(self, template: str, call: Call, typed: Mapping[str, Any], status: int,
              **values: Any) -> Response:
        return self.staff_page(
            template, call, status=status, typed=typed, roles=list(ROLES), delicate=DELICATE,
            roles_called=ROLES_CALLED, roles_told=ROLES_TOLD, programmes=self._programmes(),
            **values,
        )
