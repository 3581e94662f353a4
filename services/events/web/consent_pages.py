"""Pages for guardians: the code from the SMS, the question, the word given, its withdrawal."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.pages import Pages, see, with_time
from kernel.web import ANYONE, Call, door
from services.events.domain.broken import TooManyTries, UnknownConsent
from services.events.domain.consent import normalise_code
from services.events.usecases import consenting
from services.events.usecases.application import Events
from services.events.web import forms
from services.events.web.callers import resident_of

NOT_FOUND = "没有找到。请检查短信里的同意码；答复过、撤回过或过期的不能再用"


class ConsentPages:
    """What a guardian sees; the code in the address is what opens it (C-25)."""

    app: Events
    pages: Pages

    @door("GET", "/consent", allow=ANYONE)
    def ask_consent_code_page(self, call: Call) -> Response:
        """A field for the code from the SMS."""
        return self.pages.render("consent.html", code="", errors={})

    @door("POST", "/consent", allow=ANYONE, form=forms.CodeForm())
    def consent_code_page(self, call: Call) -> Response:
        """Goes on to the question."""
        assert call.form is not None
        code = normalise_code((call.form.values or {}).get("code", ""))
        if not code or not code.isalnum():
            return self._not_found(call.form.typed.get("code", ""))
        return see(f"/consent/{code}")

    @door("GET", "/consent/<string:code>", allow=ANYONE)
    def consent_page(self, call: Call, code: str) -> Response:
        """The question, or the given consent with the way to withdraw it."""
        try:
            question = consenting.find(self.app, code, caller=resident_of(call))
        except (UnknownConsent, TooManyTries) as rule:
            return self._not_found(code, rule)
        return self._question(question, code)

    @door("POST", "/consent/<string:code>", allow=ANYONE, form=forms.DecisionForm())
    def consent_decision_page(self, call: Call, code: str) -> Response:
        """Takes the guardian's word and says what happens now."""
        assert call.form is not None
        if call.form.values is None:
            return see(f"/consent/{code}")
        decision = call.form.values["decision"]
        caller = resident_of(call)
        try:
            said = consenting.answer(self.app, code, decision, caller=caller)
        except (UnknownConsent, TooManyTries) as rule:
            return self._not_found(code, rule)
        if decision == "given" and said["status"] != "lapsed":
            return see(f"/consent/{code}")
        return see(f"/consent/said/{'too-late' if decision == 'given' else decision}")

    @door("GET", "/consent/said/<string:decision>", allow=ANYONE)
    def consent_said_page(self, call: Call, decision: str) -> Response:
        """After a word that ended it; the code is spent by then."""
        return self.pages.render("said.html", said=decision)

    def _question(self, question: consenting.Question, code: str) -> Response:
        return self.pages.render(
            "question.html", question=question, address=f"/consent/{normalise_code(code)}",
            text=f"consent-{question.consent.text_version}.html",
        )

    def _not_found(self, code: str, rule: Exception | None = None) -> Response:
        """The same for wrong, old and spent codes: nobody learns which codes there are."""
        is_shut_out = isinstance(rule, TooManyTries)
        page = self.pages.render(
            "consent.html", status=429 if is_shut_out else 404, code=code[:40],
            errors={"code": [str(rule) if is_shut_out else NOT_FOUND]},
        )
        return with_time(page, rule)
