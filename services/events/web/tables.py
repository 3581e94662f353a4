"""What the sheets show: a roster, sessions with their figures, an empty roster to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kernel.contact import masked_phone
from kernel.sheets.cells import Cell, Table
from services.events.domain.registration import Status
from services.events.domain.session import Session
from services.events.schemas.roster import COLUMNS
from services.events.usecases.rosters import RosterRow, SessionFigures

STATUSES: Mapping[Status, str] = {
    "confirmed": "已确认", "waitlisted": "候补", "offered": "保留名额，待确认",
    "pending_consent": "待监护人同意", "pending_approval": "待审核", "entered_draw": "待抽签",
    "cancelled": "已取消", "lapsed": "已失效",
}
ROSTER = (
    ("序号", 6), ("报名号", 14), ("状态", 18), ("候补位置", 10), ("姓名", 14), ("手机号", 16),
    ("席位", 12), ("人数", 6), ("报名时间", 18), ("签到", 18), ("签退", 18),
)
SESSIONS = (
    ("场次号", 34), ("项目", 18), ("活动", 28), ("街道", 10), ("地点", 24), ("开始", 18),
    ("结束", 18), ("状态", 10), ("名额", 8), ("已占名额", 10), ("剩余名额", 10), ("候补组数", 10),
    ("已扫码人数", 12),
)
CODE = 10  # characters of a registration's id: its number in an SMS, which opens no page
CONFIDENTIAL = "（保密活动）"


def roster(rows: Iterable[RosterRow], *, full: bool) -> Table:
    """One person a row; telephone numbers without their middle unless `full` (C-30)."""
    return Table(name="名册", columns=ROSTER, rows=[
        _person(number, row, full=full) for number, row in enumerate(rows, 1)
    ])


def _person(number: int, row: RosterRow, *, full: bool) -> list[Cell]:
    made = row.registration
    phone = row.phone and (spaced(row.phone) if full else masked_phone(row.phone))
    return [
        number, made.registration_id[:CODE], STATUSES[made.status], row.position,
        "（待监护人同意）" if row.awaits_consent else row.name, phone, row.seat, row.size,
        made.registered_at, row.checked_in_at, row.checked_out_at,
    ]


def spaced(phone: str) -> str:
    """139 0000 0001: text for every spreadsheet, a number for every telephone."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"


def sessions(found: Iterable[SessionFigures], now: datetime, *, confidential: bool) -> Table:
    """One session a row; without `confidential` some keep their title and place to themselves."""
    return Table(name="场次", columns=SESSIONS, rows=[
        _session(each, now, named=confidential or not each.session.confidential) for each in found
    ])


def _session(found: SessionFigures, now: datetime, *, named: bool) -> list[Cell]:
    kept = found.session
    return [
        kept.session_id, kept.programme, kept.title if named else CONFIDENTIAL, kept.street,
        kept.place if named else None, kept.starts_at, kept.ends_at, _state(kept, now),
        kept.capacity, kept.taken, kept.left, kept.waiting, found.came,
    ]


def _state(kept: Session, now: datetime) -> str:
    if kept.cancelled_at is not None:
        return "已取消"
    if kept.closed_at is not None:
        return "已结束"
    if now < kept.starts_at:
        return "未开始"
    return "进行中" if now < kept.ends_at else "待结束"


def template() -> Table:
    """An empty roster as `POST /api/sessions/{id}/roster` takes it."""
    return Table(name="名单", columns=[(heading, 16) for heading in COLUMNS], rows=[])
