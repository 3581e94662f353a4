"""Pages for staff: proposals of stars to decide on, certificates to look up and revoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from contracts.hours import hours
from kernel.pages import Pages, see
from kernel.web import CHECKER, VIEWER, Call, door
from kernel.web.scope import of_all
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.certificates.numbering import read_serial
from services.volunteers.schemas import certificates, stars
from services.volunteers.usecases.certificates import verifying
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.usecases.stars import deciding
from services.volunteers.usecases.stars.application import StarOffice
from services.volunteers.usecases.stars.weighing import id_of
from services.volunteers.usecases.stars.weighing import waiting as open_proposals
from services.volunteers.web.acting import acting_of

SAID = {"approved": "已通过", "refused": "已驳回", "revoked": "已撤销"}


class DecisionForm(stars.DecisionBody):
    """The decision as the page sends it."""

    class Meta:
        unknown = EXCLUDE


class RevocationForm(certificates.RevocationBody):
    """The revocation as the page sends it."""

    class Meta:
        unknown = EXCLUDE


class Done(Schema):
    """What was just done, to be said above the list."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.OneOf(["", *SAID]))


class Wanted(Done):
    """A person's reference or a serial."""

    of = fields.String(load_default="", validate=validate.Length(max=64))


class StaffPages:
    """They need a signed-in member of staff, work without JavaScript and name nobody."""

    certification: Certification
    stars: StarOffice
    pages: Pages

    @door("GET", "/staff/stars", allow=VIEWER, scope=of_all, query=Done())
    def star_proposals_page(self, call: Call) -> Response:
        """Open proposals, oldest first, each with its form."""
        return self._proposals(call, done=SAID.get(call.query["done"]))

    @door("POST", "/staff/stars/<string:proposal_id>", allow=CHECKER, scope=of_all,
          form=DecisionForm())
    def decide_stars_page(self, call: Call, proposal_id: str) -> Response:
        """Takes the decision, or shows what is wrong beside the proposal."""
        assert call.form is not None
        errors: Mapping[str, list[str]] = call.form.errors
        if call.form.values is not None:
            said = call.form.values
            try:
                deciding.decide(self.stars, proposal_id, said["decision"], said["reason"],
                                by=acting_of(call), correlation=call.correlation)
                return see(f"/staff/stars?done={said['decision']}")
            except BrokenRule as rule:
                errors = {"decision": [str(rule)]}
        return self._proposals(call, wrong=proposal_id, errors=errors, typed=call.form.typed)

    @door("GET", "/staff/certificates", allow=VIEWER, scope=of_all, query=Wanted())
    def certificates_page(self, call: Call) -> Response:
        """A person's certificates, found by reference or by the serial of one of them."""
        return self._certificates(call, call.query["of"], done=SAID.get(call.query["done"]))

    @door("POST", "/staff/certificates/<string:serial>", allow=CHECKER, scope=of_all,
          form=RevocationForm())
    def revoke_certificate_page(self, call: Call, serial: str) -> Response:
        """Takes the certificate back, or shows what is wrong."""
        assert call.form is not None
        errors: Mapping[str, list[str]] = call.form.errors
        if call.form.values is not None:
            try:
                verifying.revoke(self.certification, serial, call.form.values["reason"],
                                 by=acting_of(call), correlation=call.correlation)
                return see(f"/staff/certificates?of={serial}&done=revoked")
            except BrokenRule as rule:
                errors = {"reason": [str(rule)]}
        return self._certificates(call, serial, errors=errors, wrong=serial)

    def _proposals(self, call: Call, **said: Any) -> Response:
        waiting = [
            (id_of(person_ref, proposal.number), person_ref, proposal)
            for person_ref, proposal in open_proposals(self.stars)
        ]
        told = {"done": None, "wrong": None, "errors": {}, "typed": {}, **said}
        status = 422 if told["errors"] else 200
        return self.pages.render("star_proposals.html", status=status, call=call, waiting=waiting,
                                 hours=hours, **told)

    def _certificates(self, call: Call, of: str, **said: Any) -> Response:
        found = verifying.list_of(self.certification, self._person(of)) if of else []
        told = {"done": None, "wrong": None, "errors": {}, **said}
        status = 422 if told["errors"] else 200
        return self.pages.render("certificates.html", status=status, call=call, of=of,
                                 found=found, **told)

    def _person(self, of: str) -> str:
        """Whose papers are meant."""
        serial = read_serial(of)
        try:
            return self.certification.store.one(serial).person_ref if serial else of
        except BrokenRule:
            return of
