"""Facts told by the volunteers service about requests, decisions and records that are overdue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from .event import Fact, fact
from .session import SessionRef


@fact("volunteers.correction_requested.v1", subject="correction/{correction_id}")
class CorrectionRequested(Fact):
    """A volunteer, or staff for one, asks that a record be corrected or a missing one be entered
    (C-18). Reason and evidence stay inside.

    有人申请更正服务时长记录或补录遗漏的记录；理由和佐证不对外提供。
    """

    correction_id: str
    person_ref: str
    session: SessionRef
    kind: Literal["correction", "missing"]
    minutes: int
    requested_at: datetime


@fact("volunteers.correction_decided.v1", subject="correction/{correction_id}")
class CorrectionDecided(Fact):
    """A request was approved or refused by somebody who neither made it nor gains by it (C-17,
    C-18). What changes in the ledger is told as credited or corrected.

    申请已通过或驳回；台账的变动另行通知。
    """

    correction_id: str
    person_ref: str
    session: SessionRef
    kind: Literal["correction", "missing"]
    outcome: Literal["approved", "refused"]
    minutes: int
    decided_at: datetime


@fact("volunteers.record_overdue.v1", subject="duty/{session.session_id}")
class RecordOverdue(Fact):
    """The records of a session were not complete on the last working day for it (C-19, Order 67
    Art. 11); told once per session. `provisional` while the calendar of a year is not known.

    场次的服务记录未在规定的工作日内补齐；每个场次只通知一次。
    """

    session: SessionRef
    due: date
    provisional: bool
    closed: bool
    held: int
    requests: int
