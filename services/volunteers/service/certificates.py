"""Doors about certificates: issuing, verifying, revoking; and how that part is put together."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from kernel.web import ANYONE, STAFF, Call, door
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.paper.press import Press
from services.volunteers.schemas import certificates as bodies
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import Store
from services.volunteers.store.certificates import Certificates
from services.volunteers.store.people import People
from services.volunteers.usecases import App
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.usecases.certificates.ledger import effective_of
from services.volunteers.usecases.certificates.names import holders
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.certificate_answers import ERRORS, caller_of, paper

__all__ = ["ERRORS", "CertificateDoors", "build_certification"]


def build_certification(settings: VolunteersSettings) -> Certification:
    """Certificates on the service's database; waits for nothing."""
    database = open_database(settings, "volunteers")
    vault = Vault(database, settings.vault_key)
    transactions = Transactions(
        database, source="/xiangxin/volunteers", clock=system_clock, vault=vault
    )
    register = Register(transactions=transactions, people=People.on(database), vault=vault,
                        policy=settings.register_policy())
    ledger = App(transactions=transactions, store=Store(database))
    return Certification(
        transactions=transactions,
        store=Certificates(database, vault),
        names=register.people.names,
        vault=vault,
        ledger=effective_of(ledger, register.references),
        holders=holders(register),
        press=Press(settings.font_dir, settings.font_families),
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
