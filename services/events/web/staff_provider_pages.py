"""Signing in at the district's identity provider: there, back, and out of both."""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from urllib.parse import parse_qs

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.audit.act import acting
from kernel.pages import see
from kernel.sign_in import SignInQuery
from kernel.web import ANYONE, Call, door
from kernel.web.access import kept
from kernel.web.auditing import act_of, tell
from kernel.web.problem import status_of
from kernel.web.shields import is_https
from kernel.web.staying import forget
from services.events.domain.broken import BrokenRule, NoProvider, ProviderAway, ProviderRefused
from services.events.usecases.accounts import outside
from services.events.usecases.accounts.identity import Identity
from services.events.web.devices import device_of
from services.events.web.staff_own_pages import StaffOwnPages

COOKIE = "xiangxin_provider"  # what we asked, while somebody signs in there; never a login
HOLDS = timedelta(minutes=15)
BACK, OUT = "/staff/provider/back", "/staff"


class BackQuery(Schema):
    """What the provider sends the browser back with; `iss` says who it is (RFC 9207)."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(load_default="")
    state = fields.String(load_default="")
    iss = fields.String(load_default=None)


class LogoutForm(Schema):
    """The provider's word that somebody signed out there."""

    class Meta:
        unknown = EXCLUDE

    logout_token = fields.String(required=True)


class StaffProviderPages(StaffOwnPages):
    """Only where OIDC_ISSUER is set; 404 elsewhere."""

    @door("GET", "/staff/provider", allow=ANYONE, query=SignInQuery())
    def provider_page(self, call: Call) -> Response:
        """Leads to the identity provider, and remembers for a quarter of an hour what was asked."""
        provider, notes = self._provider(), self.app.notes
        if notes is None:
            return see("/staff")
        try:
            asked = provider.ask(self._place(BACK))
        except BrokenRule as rule:
            return self._not_in(call, rule)
        said = {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier,
                "next": self.place_after(call.query["next"])}
        note = notes.write("provider", said, now=self.app.clock(), holds=HOLDS)
        answer = see(asked.url)
        # Lax: the way back is a link on another site
        answer.set_cookie(COOKIE, note, max_age=HOLDS, path="/staff/provider", httponly=True,
                          samesite="Lax", secure=is_https(call.environ))
        return answer

    @door("GET", BACK, allow=ANYONE, query=BackQuery())
    def provider_back_page(self, call: Call) -> Response:
        """A login begins for whom the provider vouches; then a page of ours leads on, for a strict
        cookie does not go along where another site sent the browser."""
        provider, query = self._provider(), call.query
        said = self._asked(call)
        try:
            if said is None or not compare_digest(said["state"].encode(), query["state"].encode()) \
                    or query["iss"] not in (None, provider.issuer):
                raise ProviderRefused
            told = provider.told(self._place(BACK), code=query["code"], nonce=said["nonce"],
                                 verifier=said["verifier"])
            act = act_of("provider_back", call, "changed")
            act.by = told.name[:32]
            with acting(act):
                account, signed = outside.sign_in(self.app, told, device=device_of(call.environ))
        except BrokenRule as rule:
            return self._not_in(call, rule)
        tell(call, "signed_in", "provider_back", by=account.name)
        back = said["next"]
        whole = self._place(back) if back.startswith("/") else back
        answer = self.signed_in(call, signed, whole)
        self._forget(answer, call)
        return answer

    @door("POST", "/staff/provider/out", allow=ANYONE, form=LogoutForm())
    def provider_out(self, call: Call) -> Response:
        """The provider tells that somebody signed out there (back-channel logout): their logins
        end. 400 for a token that it did not sign."""
        token = parse_qs(call.raw.decode("latin-1")).get("logout_token", [""])[0]
        try:
            outside.signed_out(self.app, self._provider().signed_out(token))
        except ProviderRefused:
            return Response(status=400)
        return Response(status=200)

    def signed_out(self, call: Call) -> Response:
        """As with a password; and where the login began at the provider, it ends there too."""
        rights, provider, proof = call.rights, self.app.identity, None
        if provider and rights.account_id and rights.login_id:
            proof = outside.proof_of(self.app, rights.account_id, rights.login_id)
        answer = self.left(call)
        if proof and provider:
            try:
                out = provider.way_out(proof, self._place(OUT))
            except (ProviderAway, ProviderRefused):
                out = None  # out here all the same
            if out:
                answer = self.lead_on(call, out, "正在退出统一身份平台")
                forget(answer, call, self.settings)
        return answer

    def _not_in(self, call: Call, rule: BrokenRule) -> Response:
        tell(call, "sign_in_refused", "provider_back", by="", code="not_let_in")
        answer = self.sign_in_form(call, next="", wrong=str(rule),
                                   status=status_of(rule, self.errors))
        self._forget(answer, call)
        return answer

    def _asked(self, call: Call) -> dict[str, str] | None:
        note, notes = kept(call.environ, COOKIE), self.app.notes
        said = notes.read("provider", note, self.app.clock()) if note and notes else None
        return dict(said) if said else None

    def _forget(self, answer: Response, call: Call) -> None:
        answer.delete_cookie(COOKIE, path="/staff/provider", httponly=True, samesite="Lax",
                             secure=is_https(call.environ))

    def _provider(self) -> Identity:
        if self.app.identity is None:
            raise NoProvider
        return self.app.identity

    def _place(self, path: str) -> str:
        return f"{self.settings.addresses.get('events', '')}{path}"
