"""A certificate: whose it is, what it covers, what it must say and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from contracts.hours import hours
from kernel.clock import local_day
from services.volunteers.domain.certificates.broken import AlreadyRevoked, Incomplete, TooLong
from services.volunteers.domain.entry import Basis

Status = Literal["valid", "superseded", "revoked"]
FOREIGN: frozenset[Basis] = frozenset({"import"})  # another unit recorded it and certifies it
_STAR = "*"


@dataclass(frozen=True, kw_only=True)
class Credit:
    """An effective line of the ledger: whole minutes of one person at one session.

    `title` is None where the activity is confidential.
    """

    session_id: str
    title: str | None
    programme: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    basis: Basis = "scan"
    confidential: bool = False


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whom it is about; `document` is type and masked number, never a whole one (C-30).

    `is_minor`: known to be under eighteen; of others the age is not known here.
    """

    name: str
    document: str | None = None
    is_minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who issues (出具单位), how to reach it, and who recorded the service (记录单位).

    `is_recorder`: the department has decided that it is the recorder in the sense of Order 67;
    until then the paper says 平台记录 and calls itself no 证明.
    """

    name: str = ""
    contact: str = ""
    recording_unit: str = ""
    is_recorder: bool = False


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """Staff took it back: when, who and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked for: sessions that began on these days (Asia/Shanghai, both included).

    `by` is the member of staff who asks, "" for a resident.
    """

    person_ref: str
    first: date | None = None
    last: date | None = None
    purpose: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """As issued; never changed but by a revocation. `first` None: from the beginning."""

    serial: str
    person_ref: str
    holder: Holder
    issuer: Issuer
    first: date | None
    last: date
    issued_at: datetime
    credits: tuple[Credit, ...]
    purpose: str | None = None
    issued_by: str = ""
    revocation: Revocation | None = None

    @property
    def minutes(self) -> int:
        return sum(credit.minutes for credit in self.credits)

    @property
    def hours(self) -> int | float:
        """Rounded half up once, after summing (C-02)."""
        return hours(self.minutes)

    @property
    def begins_on(self) -> date:
        """The first day of its range as printed: the one asked for, or that of its first credit."""
        return self.first or local_day(self.credits[0].starts_at)


def issued(order: Order, *, serial: str, holder: Holder, issuer: Issuer,
           effective: Iterable[Credit], at: datetime, most: int) -> Certificate:
    """A certificate over the effective credits of a range. Raises Incomplete (C-21), or TooLong
    for more than `most` lines.

    Credits worth nothing and those that another unit recorded are left out; a range that ends in
    the future ends on the day of issue.
    """
    credits, today = own(effective), local_day(at)
    _check(holder, issuer, credits)
    if len(credits) > most:
        raise TooLong(len(credits), most=most)
    return Certificate(
        serial=serial, person_ref=order.person_ref, holder=holder, issuer=issuer,
        first=order.first, last=min(order.last or today, today), issued_at=at,
        credits=credits, purpose=order.purpose, issued_by=order.by,
    )


def own(effective: Iterable[Credit]) -> tuple[Credit, ...]:
    """Those that this platform recorded and that are worth something, earliest first."""
    counted = [each for each in effective if each.minutes > 0 and each.basis not in FOREIGN]
    return tuple(sorted(counted, key=lambda each: (each.starts_at, each.session_id)))


def _check(holder: Holder, issuer: Issuer, credits: Sequence[Credit]) -> None:
    """Order 67 Art. 15: service time, service content, recording unit; no paper without (C-21)."""
    nameless = [each.session_id for each in credits if not each.title and not each.confidential]
    wanted = {
        "name": (holder.name, "志愿者姓名"),
        "service_time": (credits, "服务时间：所选日期内没有已记入的服务时长"),
        "service_content": (not nameless, f"服务内容：有 {len(nameless)} 个场次没有名称"),
        "recording_unit": (issuer.recording_unit, "记录单位：由出具单位在设置中填写"),
        "issuer": (issuer.name, "出具单位：由出具单位在设置中填写"),
        "issuer_contact": (issuer.contact, "出具单位联系方式：由出具单位在设置中填写"),
    }
    missing = {name: reason for name, (there, reason) in wanted.items() if not there}
    if missing:
        raise Incomplete(missing)


def status_of(certificate: Certificate, effective: Iterable[Credit]) -> Status:
    """What it is worth now, beside the effective credits of its range now (C-22, C-23).

    Superseded as soon as one session of the range is worth other minutes than were certified.
    A session that was not over when it was issued and is not on it does not count: the person
    went on serving, nothing was corrected.
    """
    if certificate.revocation:
        return "revoked"
    certified = _by_session(certificate.credits)
    now = _by_session(
        each for each in own(effective)
        if each.session_id in certified or each.ends_at <= certificate.issued_at
    )
    return "valid" if now == certified else "superseded"


def _by_session(credits: Iterable[Credit]) -> Counter[str]:
    minutes: Counter[str] = Counter()
    for credit in credits:
        minutes[credit.session_id] += credit.minutes
    return minutes


def revoked(certificate: Certificate, revocation: Revocation) -> Certificate:
    """The same, taken back. Raises AlreadyRevoked: the first reason stays."""
    if certificate.revocation:
        raise AlreadyRevoked
    return replace(certificate, revocation=revocation)


def masked(name: str) -> str:
    """王小明 → 王**: the first character and as many stars, at most three, as there are others."""
    return name[:1] + _STAR * min(max(len(name) - 1, 1), 3)


def same_name(one: str, other: str) -> bool:
    """Whether two people would call it the same name: spaces, middle dots and case aside."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
