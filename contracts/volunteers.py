"""Facts told by volunteers: service hours (服务时长) credited or held, qualifications (资格)."""

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


@fact("volunteers.hours_held.v1", subject="person/{person_ref}")
class HoursHeld(Fact):
    """No minutes were credited: the attendance needs to be confirmed first (C-05, C-06).

    待核实：本次未记时长，须先核实出勤。
    """

    entry_id: str
    person_ref: str
    session: SessionRef
    reason: Literal["missing_check_out", "missing_check_in", "check_out_before_check_in"]


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
