"""Facts told by the volunteers service about certificates of service hours and stars."""

from __future__ import annotations

from datetime import date
from typing import Literal

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


@fact("volunteers.stars_decided.v1", subject="stars/{person_ref}")
class StarsDecided(Fact):
    """A person decided on a proposal of stars (C-24); `stars` are those that hold now.

    星级建议已由工作人员决定；所列为现有星级。
    """

    person_ref: str
    kind: Literal["award", "review"]
    decision: Literal["approved", "refused"]
    before: int
    stars: int
