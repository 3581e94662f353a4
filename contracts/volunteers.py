"""Facts told by volunteers: hours (服务时长) credited, held, corrected; qualifications (资格)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from .event import Fact, fact
from .session import SessionRef


@fact("volunteers.hours_credited.v1", subject="person/{person_ref}")
class HoursCredited(Fact):
    """Service minutes were entered in a volunteer's ledger (C-01 … C-04).

    一名志愿者记入服务时长（分钟）。
    """

    entry_id: str
    person_ref: str
    session: SessionRef
    minutes: int
    basis: Literal["scan", "gps", "organiser", "supplement", "import"]
    credited_from: datetime
    credited_until: datetime
    correction: bool | None = None
    number: int | None = None
    hash: str | None = None


@fact("volunteers.hours_held.v1", subject="person/{person_ref}")
class HoursHeld(Fact):
    """No minutes were credited: the attendance needs to be confirmed first (C-05, C-06).

    待核实：本次未记时长，须先核实出勤。
    """

    entry_id: str
    person_ref: str
    session: SessionRef
    reason: Literal["missing_check_out", "missing_check_in", "check_out_before_check_in"]
    number: int | None = None
    hash: str | None = None


@fact("volunteers.hours_withheld.v1", subject="person/{person_ref}")
class HoursWithheld(Fact):
    """Minutes served do not count yet: the day is over its limit and `level` has to approve, or
    there were too many check-ins on that day (C-08, C-09).

    暂缓计入：当天超出每日上限待批准，或当天签到次数过多。
    """

    entry_id: str
    person_ref: str
    session: SessionRef
    minutes: int
    reason: Literal["over_daily_limit", "too_many_check_ins"]
    level: Literal["parent", "department"] | None = None
    number: int | None = None
    hash: str | None = None


@fact("volunteers.hours_corrected.v1", subject="person/{person_ref}")
class HoursCorrected(Fact):
    """An entry of a ledger was reversed; what counts instead, if anything, is told as credited,
    held or withheld (C-15, C-16). Where a session's credit changed, one of its reversals says
    what it was and is now.

    更正：冲销一条台账条目；如另有应计，另行通知。该场次时长有变时，其中一条注明更正前后的分钟数。
    """

    entry_id: str
    reverses: str
    person_ref: str
    session: SessionRef
    minutes: int
    reason: Literal["scans", "session_moved", "session_cancelled", "decision", "other_session"]
    was: int | None = None
    now: int | None = None
    number: int | None = None
    hash: str | None = None


@fact("volunteers.ledger_rooted.v1", subject="ledger/{ledger}")
class LedgerRooted(Fact):
    """The state of all ledgers at the end of a local day, as one hash; told once per day.
    `root` is the SHA-256, in hexadecimal, of one line per volunteer with entries, in the order
    of their person_ref: person_ref, number and hash of the last entry entered before the day
    ended, with single spaces, each line closed by a line feed, in UTF-8. Whoever keeps it can
    tell later whether anything entered before was altered.

    每个自然日结束时全部时长台账的状态摘要，每日一次；留存者可据以发现此前条目是否被改动。
    """

    ledger: Literal["hours"]
    day: date
    root: str
    previous_root: str | None
    volunteers: int
    entries: int
    minutes: int


@fact("volunteers.consent_changed.v1", subject="consents/{person_ref}")
class ConsentChanged(Fact):
    """A volunteer gave or took back a consent that another service serves, such as promotional
    texts (C-27).

    志愿者同意或撤回一项由其他服务使用的授权（如推广短信）。
    """

    person_ref: str
    purpose: Literal["marketing_sms"]
    given: bool
    text_version: str


@fact("volunteers.qualification_recorded.v1", subject="qualification/{person_ref}.{qualification}")
class QualificationRecorded(Fact):
    """Somebody holds a qualification: recorded, verified by other eyes, in force (C-26).

    一名志愿者的资格已核实并有效。
    """

    person_ref: str
    qualification: str
    valid_until: date | None = None


@fact("volunteers.qualification_expired.v1", subject="qualification/{person_ref}.{qualification}")
class QualificationExpired(Fact):
    """The qualification does not hold any more: it ran out, was withdrawn, or the insurance that a
    dangerous post needs ended (C-26).

    一名志愿者的资格已失效：到期、撤销，或危险岗位所需保险已到期。
    """

    person_ref: str
    qualification: str
    reason: Literal["expired", "withdrawn", "forgotten"]
