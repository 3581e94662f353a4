"""Doors about certificates: issuing, verifying, revoking; and how that part is put together."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from werkzeug.wrappers import Response

from kernel.web import ANYONE, STAFF, Call, door
from services.volunteers.domain.certificates.broken import NoFont
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.paper.press import Press
from services.volunteers.schemas import certificates as bodies
from services.volunteers.service.register import open_register
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import Store
from services.volunteers.store.certificates import Certificates
from services.volunteers.usecases import App
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.usecases.certificates.ledger import effective_of
from services.volunteers.usecases.certificates.names import holders
from services.volunteers.web.certificate_answers import ERRORS, caller_of, paper

__all__ = ["ERRORS", "CertificateDoors", "build_certification"]

log = getLogger(__name__)


def build_certification(settings: VolunteersSettings) -> Certification:
    """Certificates on the database of the register; waits for nothing, warns without a font."""
    register = open_register(settings)
    press = Press(settings.font_dir, settings.font_families)
    try:
        press.check()
    except NoFont as lacking:
        log.warning("no certificate can be printed: %s", lacking)
    database = register.transactions.database
    ledger = App(transactions=register.transactions, store=Store(database))
    return Certification(
        transactions=register.transactions,
        store=Certificates(database, register.vault),
        names=register.people.names,
        vault=register.vault,
        ledger=effective_of(ledger, register.references),
        holders=holders(register),
        press=press,
        issuer=settings.issuer(),
        verify_url=settings.verify_url,
        limits=settings.limits(),
    )


class CertificateDoors:
    """For volunteers, for whoever is shown a certificate, and for staff."""

    certification: Certification

    @door("POST", "/api/people/<string:person_ref>/certificates", allow=ANYONE,
          body=bodies.CertificateOrder(), writes=True, gives=("application/pdf",))
    def issue_certificate(self, call: Call, person_ref: str) -> Response:
        """A certificate as PDF; serial and code also as X-Certificate-Serial and -Code.

        Free, and as often as one likes. Who is not staff gives the holder's name as registered.
        """
        order = dict(call.body)
        name = order.pop("name")
        serial = issuing.issue(self.certification, Order(person_ref=person_ref, **order),
                               name=name, caller=caller_of(call))
        return paper(self.certification, serial)

    @door("GET", "/api/people/<string:person_ref>/certificates", allow=STAFF,
          answer=bodies.CertificateAnswer(many=True))
    def list_certificates(self, call: Call, person_ref: str) -> Any:
        """A person's certificates and what they are worth now, newest first."""
        return [
            {**vars(each), "status": status, "minutes": each.minutes, "hours": each.hours,
             "first": each.begins_on, **_revocation(each.revocation)}
            for each, status in verifying.list_of(self.certification, person_ref)
        ]

    @door("GET", "/api/certificates/verify", allow=ANYONE, query=bodies.VerifyQuery(),
          answer=bodies.VerifiedAnswer())
    def verify_certificate(self, call: Call) -> Any:
        """What a certificate is worth now (C-22); 404 unless serial and code belong together."""
        return verifying.verify(self.certification, **call.query, caller=caller_of(call))

    @door("POST", "/api/certificates/<string:serial>/revocation", allow=STAFF,
          body=bodies.RevocationBody(), answer=bodies.RevokedAnswer(), writes=True)
    def revoke_certificate(self, call: Call, serial: str) -> Any:
        """Staff take a certificate back, with a reason."""
        return verifying.revoke(self.certification, serial, call.body["reason"],
                                caller=caller_of(call))


def _revocation(revocation: Any) -> dict[str, Any]:
    if revocation is None:
        return {"revoked_at": None, "revoked_by": None, "reason": None}
    return {"revoked_at": revocation.at, "revoked_by": revocation.by, "reason": revocation.reason}
