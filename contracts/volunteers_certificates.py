"""Facts told by the volunteers service about certificates of service hours."""

from __future__ import annotations

from datetime import date

from .event import Fact, fact


@fact("volunteers.certificate_issued.v1", subject="certificate/{serial}")
class CertificateIssued(Fact):
    """A certificate of service hours was issued (C-21). Names nobody and opens nothing.

    出具了一份志愿服务记录证明。不含姓名和核验码。
    """

    serial: str
    person_ref: str
    first_day: date
    last_day: date
    minutes: int


@fact("volunteers.certificate_revoked.v1", subject="certificate/{serial}")
class CertificateRevoked(Fact):
    """Staff took a certificate back; it verifies as revoked from now on (C-22).

    一份志愿服务记录证明被撤销。
    """

    serial: str
    person_ref: str
