"""An adult joins the family: a code to their own telephone, typed where it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.contact import FULL_WIDTH, masked_phone
from kernel.pages import Pages, see, with_time
from kernel.web import ANYONE, Call, door
from kernel.web.fields import PersonName, Phone
from kernel.web.https import came_by_https
from services.events.domain.broken import BrokenRule, CodeOver, NameNeeded
from services.events.schemas.fields import REFERENCE, REQUIRED
from services.events.usecases.application import Events
from services.events.usecases.family import adults
from services.events.usecases.family.seeing import family_of
from services.events.usecases.resident_codes import sent
from services.events.web.callers import own_resident, resident_of
from services.events.web.resident_family_pages import ADDRESS, LABELS, SIGN_IN

COOKIE = "xiangxin_family"  # the secret without which the code is of no use
KEPT = timedelta(minutes=10)


class AdultPhoneForm(Schema):
    """Whose telephone the code goes to."""

    class Meta:
        unknown = EXCLUDE

    phone = Phone(required=True, error_messages=REQUIRED)


class JoinForm(Schema):
    """The adult's name and the code as typed; who asked only where several could have."""

    class Meta:
        unknown = EXCLUDE

    name = PersonName(required=True, error_messages=REQUIRED)
    code = fields.Function(deserialize=lambda typed: "".join(str(typed).split())
                           .translate(FULL_WIDTH)[:40], required=True, error_messages=REQUIRED)
    holder_ref = fields.String(load_default=None, validate=REFERENCE)


class ResidentJoiningPages:
    """Known and unknown numbers are answered the same."""

    app: Events
    pages: Pages

    @door("GET", f"{ADDRESS}/adult", allow=ANYONE)
    def adult_page(self, call: Call) -> Response:
        """Asks for the adult's telephone."""
        return self._adult_form(call) if call.resident else see(SIGN_IN)

    @door("POST", f"{ADDRESS}/adult", allow=ANYONE, form=AdultPhoneForm())
    def ask_adult_page(self, call: Call) -> Response:
        """Sends the code; 429 with Retry-After where there were too many."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._adult_form(call, form.errors, status=422)
        try:
            secret = adults.ask_in(self.app, resident.account_id, form.values["phone"],
                                   caller=resident_of(call))
        except NameNeeded:
            return see(ADDRESS)
        except BrokenRule as rule:
            status = 429 if hasattr(rule, "seconds") else 409
            return with_time(self._adult_form(call, {"phone": [str(rule)]}, status=status), rule)
        answer = see(f"{ADDRESS}/code")
        answer.set_cookie(COOKIE, secret, max_age=KEPT, path=ADDRESS, httponly=True,
                          samesite="Lax", secure=came_by_https(call))
        return answer

    @door("GET", f"{ADDRESS}/code", allow=ANYONE)
    def join_page(self, call: Call) -> Response:
        """Asks for the code that the adult got, and for their name."""
        return self._join_form(call, {}) if call.resident else see(SIGN_IN)

    @door("POST", f"{ADDRESS}/code", allow=ANYONE, form=JoinForm(), audit="changed")
    def join_order(self, call: Call) -> Response:
        """Ties the adult to the family."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._join_form(call, form.errors, status=422)
        joining = adults.Joining(secret=_secret(call), **form.values)
        try:
            adults.join(self.app, resident.account_id, joining)
        except BrokenRule as rule:
            place = "code" if hasattr(rule, "left") or isinstance(rule, CodeOver) else "name"
            return self._join_form(call, {place: [str(rule)]}, status=409)
        answer = see(f"{ADDRESS}?done=joined")
        answer.delete_cookie(COOKIE, path=ADDRESS, httponly=True, samesite="Lax",
                             secure=came_by_https(call))
        return answer

    def _adult_form(self, call: Call, errors: Mapping[str, Any] | None = None, *,
                    status: int = 200) -> Response:
        return self.pages.render(
            "family_adult.html", status=status, sent=None, errors=errors or {}, labels=LABELS,
            typed={"phone": str(call.form.typed.get("phone", ""))[:40]} if call.form else {},
        )

    def _join_form(self, call: Call, errors: Mapping[str, Any], *, status: int = 200) -> Response:
        assert call.resident is not None
        try:
            found = sent(self.app, _secret(call), "join_family")
        except CodeOver as rule:
            return self._adult_form(call, {"phone": [str(rule)]} if errors else None,
                                    status=409 if errors else 200)
        own = family_of(self.app, call.resident.account_id).of("own")
        return self.pages.render(
            "family_adult.html", status=status, sent=found, phone=masked_phone(found.phone),
            errors=errors, labels=LABELS, typed=call.form.typed if call.form else {},
            adults=[(each.person_ref, each.name) for each in own],
        )


def _secret(call: Call) -> str:
    return str(call.request.cookies.get(COOKIE, ""))[:64]
