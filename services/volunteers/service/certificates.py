"""Doors about certificates: issuing, verifying, revoking."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel.web import ANYONE, CHECKER, VIEWER, Call, Problem, door
from kernel.web.scope import of_all
from services.volunteers.domain.certificates import broken
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.schemas import certificates as bodies
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.web.acting import acting_of
from services.volunteers.web.certificate_answers import paper

ERRORS: dict[type[Exception], Problem] = {
    broken.Incomplete: Problem(422, "certificate_incomplete", "缺少必载内容，不能出具"),
    broken.TooLong: Problem(422, "too_many_lines", "记录太多"),
    broken.NotTheHolder: Problem(422, "not_the_holder", "姓名不一致"),
    broken.NotPrintable: Problem(422, "not_printable", "字库缺字"),
    broken.NoFont: Problem(503, "no_font", "暂时不能打印"),
    broken.UnknownCertificate: Problem(404, "unknown_certificate", "没有找到"),
    broken.AlreadyRevoked: Problem(409, "already_revoked", "已经撤销"),
}


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
                               name=name, by=acting_of(call), once=call.once,
                               correlation=call.correlation)
        return paper(self.certification, serial)

    @door("GET", "/api/people/<string:person_ref>/certificates", allow=VIEWER, scope=of_all,
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
        return verifying.verify(self.certification, **call.query, by=acting_of(call))

    @door("POST", "/api/certificates/<string:serial>/revocation", allow=CHECKER, scope=of_all,
          body=bodies.RevocationBody(), answer=bodies.RevokedAnswer(), writes=True)
    def revoke_certificate(self, call: Call, serial: str) -> Any:
        """Staff take a certificate back, with a reason."""
        return verifying.revoke(self.certification, serial, call.body["reason"],
                                by=acting_of(call), once=call.once, correlation=call.correlation)


def _revocation(revocation: Any) -> dict[str, Any]:
    if revocation is None:
        return {"revoked_at": None, "revoked_by": None, "reason": None}
    return {"revoked_at": revocation.at, "revoked_by": revocation.by, "reason": revocation.reason}
