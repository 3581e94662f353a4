"""Pages about certificates: printing one's own, and the public page that verifies one (C-22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import Pages, with_time
from kernel.pages.once import once_of_form
from kernel.web import ANYONE, Call, door
from kernel.web.problem import status_of
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.schemas import Period
from services.volunteers.schemas import certificates as bodies
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.web.acting import Errors, acting_of
from services.volunteers.web.certificate_answers import paper

FIELDS = ("name", "from", "to", "purpose")
FORM = "form"  # what no field of the form can mend


class CertificatePages:
    """They work without JavaScript; a form sent twice prints the same certificate."""

    certification: Certification
    pages: Pages
    errors: ClassVar[Errors]

    @door("GET", "/people/<string:person_ref>/certificate", allow=ANYONE, query=Period())
    def certificate_page(self, call: Call, person_ref: str) -> Response:
        """What one prints: which days, for what, and whose name is on it."""
        first, last = call.query.get("first"), call.query.get("last")
        typed = {"from": first and first.isoformat(), "to": last and last.isoformat()}
        return self._certificate_form(call, person_ref, typed)

    @door("POST", "/people/<string:person_ref>/certificate", allow=ANYONE,
          form=bodies.CertificateForm(), gives=("application/pdf", "text/html"))
    def print_certificate_page(self, call: Call, person_ref: str) -> Response:
        """The certificate as PDF, or the form with what is wrong."""
        assert call.form is not None
        typed = call.form.typed
        if call.form.values is None:
            return self._certificate_form(call, person_ref, typed, call.form.errors, status=422)
        order = dict(call.form.values)
        name, key = order.pop("name"), order.pop("key")
        once = once_of_form("certificate", person_ref, key, content=(order, name))
        try:
            serial = issuing.issue(self.certification, Order(person_ref=person_ref, **order),
                                   name=name, by=acting_of(call), once=once,
                                   correlation=call.correlation)
        except BrokenRule as rule:
            return self._refused_form(call, person_ref, typed, rule)
        return paper(self.certification, serial)

    @door("GET", "/verify", allow=ANYONE, query=bodies.VerifyQuery())
    def verify_page(self, call: Call) -> Response:
        """Serial and code, typed or from the QR code; then what the certificate is worth."""
        asked = call.query
        if not asked["serial"] and not asked["code"]:
            return self.pages.render("verify.html", asked=asked, found=None, errors={})
        try:
            found = verifying.verify(self.certification, **asked, by=acting_of(call))
        except BrokenRule as rule:
            page = self.pages.render("verify.html", status=status_of(rule, self.errors),
                                     asked=asked, found=None, errors={"serial": [str(rule)]})
            return with_time(page, rule)
        return self.pages.render("verify.html", asked=asked, found=found, errors={})

    def _refused_form(self, call: Call, person_ref: str, typed: Mapping[str, Any],
                      rule: BrokenRule) -> Response:
        told: Mapping[str, list[str]] = getattr(rule, "errors", {FORM: [str(rule)]})
        errors: dict[str, list[str]] = {}
        for name, reasons in told.items():
            errors.setdefault(name if name in FIELDS else FORM, []).extend(reasons)
        page = self._certificate_form(call, person_ref, typed, errors,
                                      status=status_of(rule, self.errors))
        return with_time(page, rule)

    def _certificate_form(self, call: Call, person_ref: str, typed: Mapping[str, Any],
                          errors: Mapping[str, list[str]] | None = None, *,
                          status: int = 200) -> Response:
        return self.pages.render(
            "certificate.html", status=status, person_ref=person_ref, typed=typed,
            errors=errors or {}, key=typed.get("key") or new_id(),
            is_recorder=self.certification.issuer.is_recorder,
            is_own=person_ref in acting_of(call).own,
        )
