"""Pages of one registration: where it stands, taking or declining an offer, giving it up."""

from __future__ import annotations

from hmac import compare_digest

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.pages import Pages, see, with_time
from kernel.web import ANYONE, Call, door
from kernel.web.fields import Phone
from services.events.domain import broken
from services.events.domain.broken import NotADraw, OfferExpired, TooManyTries
from services.events.domain.signup import check_cancel
from services.events.schemas.fields import REQUIRED
from services.events.usecases import changing, drawing, registrations
from services.events.usecases.application import Events
from services.events.usecases.holding import holds, key_of, prove
from services.events.web import forms
from services.events.web.callers import resident_of
from services.events.web.mine_pages import remember
from services.events.web.standing import standing


class CodeQuery(Schema):
    """A number from an SMS."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(load_default="")


class KeyQuery(Schema):
    """What proves, in a link, that a registration is one's own."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(load_default="")


class ProofForm(CodeQuery):
    """The number, and a telephone of the party."""

    phone = Phone(required=True, error_messages=REQUIRED)


PROOF = {"phone": "手机号"}


class RegistrationPages:
    """Residents' pages once there is a registration: who holds it may act (0020)."""

    app: Events
    pages: Pages

    @door("GET", "/registrations/<string:registration_id>", allow=ANYONE, query=KeyQuery())
    def registration_page(self, call: Call, registration_id: str) -> Response:
        """Where a registration stands; looks again by itself while that may change. With its key
        this browser holds it from now on."""
        given = call.query["key"].encode("utf-8", "replace")
        if compare_digest(given, key_of(self.app, registration_id).encode()):
            page = see(f"/registrations/{registration_id}")
            return remember(page, call, registration_id, app=self.app)
        return remember(self._registration(call, registration_id), call, registration_id)

    @door("GET", "/registrations/<string:registration_id>/cancel", allow=ANYONE)
    def ask_cancel_page(self, call: Call, registration_id: str) -> Response:
        """Asks once before a place is given away."""
        found = registrations.find_registration(self.app, registration_id)
        return self.pages.render("cancel.html", found=found, act="cancel")

    @door("POST", "/registrations/<string:registration_id>/cancel", allow=ANYONE,
          form=forms.NoFields())
    def cancel_page(self, call: Call, registration_id: str) -> Response:
        """Cancels and shows the registration again."""
        changing.cancel(self.app, registration_id, caller=resident_of(call))
        return see(f"/registrations/{registration_id}")

    @door("POST", "/registrations/<string:registration_id>/accept", allow=ANYONE,
          form=forms.NoFields())
    def accept_page(self, call: Call, registration_id: str) -> Response:
        """Takes the offered place; too late, the page says what became of it."""
        try:
            changing.accept(self.app, registration_id, caller=resident_of(call))
        except OfferExpired:
            return self._registration(call, registration_id, status=409)
        return see(f"/registrations/{registration_id}")

    @door("GET", "/registrations/<string:registration_id>/decline", allow=ANYONE)
    def ask_decline_page(self, call: Call, registration_id: str) -> Response:
        """Asks once before an offered place goes to the next."""
        found = registrations.find_registration(self.app, registration_id)
        return self.pages.render("cancel.html", found=found, act="decline")

    @door("POST", "/registrations/<string:registration_id>/decline", allow=ANYONE,
          form=forms.NoFields())
    def decline_page(self, call: Call, registration_id: str) -> Response:
        """Gives the offered place on."""
        try:
            changing.decline(self.app, registration_id, caller=resident_of(call))
        except OfferExpired:
            return self._registration(call, registration_id, status=409)
        return see(f"/registrations/{registration_id}")

    @door("GET", "/r", allow=ANYONE, query=CodeQuery())
    def code_page(self, call: Call) -> Response:
        """The number from an SMS, typed into the field of the first page."""
        return self._by_code(call, call.query["code"])

    @door("GET", "/r/<string:code>", allow=ANYONE)
    def code_link_page(self, call: Call, code: str) -> Response:
        """The same as a link."""
        return self._by_code(call, code)

    @door("POST", "/r", allow=ANYONE, form=ProofForm())
    def proof_page(self, call: Call) -> Response:
        """The number with a telephone of the party: this browser holds the registration."""
        form = call.form
        assert form is not None
        code = str(form.typed.get("code", ""))[:40]
        if form.values is None:
            fault = form.errors.get("phone", ["请填写手机号"])[0]
            return self._ask_phone(code, fault, status=422)
        try:
            found = prove(self.app, code, form.values["phone"], caller=resident_of(call))
        except broken.UnknownRegistration:
            return self._ask_phone(code, "不是报名时填的手机号", status=404)
        except TooManyTries as rule:
            return with_time(self._ask_phone(code, str(rule), status=429), rule)
        registration_id = found.registration.registration_id
        page = see(f"/registrations/{registration_id}")
        return remember(page, call, registration_id, app=self.app)

    def _ask_phone(self, code: str, fault: str = "", *, status: int = 200) -> Response:
        return self.pages.render("proof.html", status=status, code=code, labels=PROOF,
                                 errors={"phone": [fault]} if fault else {})

    @door("GET", "/sessions/<string:session_id>/draw", allow=ANYONE)
    def draw_page(self, call: Call, session_id: str) -> Response:
        """The draw in the open: the seed's hash, then seed, list, order and how to check it."""
        draw = drawing.look(self.app, session_id)
        session = self.app.store.sessions.one(session_id)
        return self.pages.render("draw.html", draw=draw, session=session)

    def _by_code(self, call: Call, code: str) -> Response:
        if not code.strip():
            return self._no_code(code, "请输入短信里的编号", status=422)
        try:
            found = registrations.find_by_code(self.app, code, caller=resident_of(call))
        except broken.UnknownRegistration:
            return self._no_code(code, "没有找到，请检查短信里的编号，共 10 位", status=404)
        except TooManyTries as rule:
            return with_time(self._no_code(code, str(rule), status=429), rule)
        if not holds(self.app, found.registration, resident_of(call)):
            return self._ask_phone(code)
        return see(f"/registrations/{found.registration.registration_id}")

    def _no_code(self, code: str, fault: str, *, status: int) -> Response:
        return self.pages.render(
            "code.html", status=status, code=code[:40], errors={"code": [fault]}
        )

    def _registration(self, call: Call, registration_id: str, *, status: int = 200) -> Response:
        found = registrations.find_registration(self.app, registration_id)
        return self.pages.render(
            "registration.html", status=status, found=found,
            standing=standing(found, self.app.clock()), cancellable=self._is_cancellable(found),
            held=holds(self.app, found.registration, resident_of(call)),
            seed_sha256=self._seed_of(found), seats=_seats(found),
        )

    def _is_cancellable(self, found: registrations.Found) -> bool:
        try:
            check_cancel(found.session, found.registration, self.app.clock(), staff=False)
        except broken.BrokenRule:
            return False
        return found.registration.is_active

    def _seed_of(self, found: registrations.Found) -> str | None:
        """What is published of the draw's seed; None where nothing is drawn."""
        if found.session.terms.mode != "draw":
            return None
        try:
            return str(drawing.look(self.app, found.session.session_id)["seed_sha256"])
        except NotADraw:
            return None


def _seats(found: registrations.Found) -> list[str]:
    """The kinds of seat of the party, as people call them."""
    titles = {kind.key: kind.title for kind in found.session.seats}
    return [titles.get(seat, seat) for seat in found.registration.seats]
