"""The rules of the ledger: what a stay at a session is worth in minutes, and when it is held."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.events import AttendanceRecorded, ScannedIn, ScannedOut
from contracts.session import SessionRef
from kernel.clock import SHANGHAI, to_milliseconds

Told = ScannedIn | ScannedOut | AttendanceRecorded
Reason = Literal["missing_check_out", "missing_check_in", "check_out_before_check_in"]
State = Literal["credited", "held"]
CREDITED_KINDS = frozenset({"shift"})
_HELD: dict[Reason, str] = {
    "missing_check_out": "有签到，没有签退",
    "missing_check_in": "有签退，没有签到",
    "check_out_before_check_in": "签退早于签到",
}


@dataclass(frozen=True)
class Span:
    """Time from `start` up to, not including, `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One check-in with its check-out; either may be missing."""

    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None

    @property
    def span(self) -> Span | None:
        """The time between, None while a scan is missing or the order is wrong (C-06)."""
        start, end = self.checked_in_at, self.checked_out_at
        return Span(start, end) if start and end and start < end else None


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """What was told of one person at one session, in the order of the desk.

    `sequence` is the last fact applied; `waiting` are facts that came before their turn (C-13).
    """

    subject: str
    sequence: int = 0
    stays: tuple[Stay, ...] = ()
    waiting: tuple[tuple[int, Told], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A stay that will not change any more: worth its minutes, or held for the reason."""

    session: SessionRef
    person_ref: str
    stay: Stay
    reason: Reason | None = None

    @property
    def entry_id(self) -> str:
        """The natural key: session, person and check-in, the same however often it is computed."""
        came, left = self.stay.checked_in_at, self.stay.checked_out_at
        scan = f"in {came.isoformat()}" if came else f"out {left and left.isoformat()}"
        key = f"{self.session.session_id} {self.person_ref} {scan}"
        return hashlib.sha256(key.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the ledger; never changed. `spans` is the time that its minutes stand for."""

    entry_id: str
    person_ref: str
    session: SessionRef
    stay: Stay
    spans: tuple[Span, ...] = ()
    minutes: int = 0
    basis: Literal["scan"] = "scan"
    state: State = "credited"
    reason: Reason | None = None


def is_credited(session: SessionRef) -> bool:
    """Only voluntary service is credited (C-12)."""
    return session.kind in CREDITED_KINDS


def hear(
    attendance: Attendance, told: Iterable[tuple[int, Told]]
) -> tuple[Attendance, list[Settled]]:
    """The attendance after these facts, each with its sequence, and what they settled (C-13).

    Facts may come in any order and more than once: what was applied before is ignored, what
    comes too early waits. Safe to repeat.
    """
    waiting = {**dict(attendance.waiting), **dict(told)}
    stays, sequence = attendance.stays, attendance.sequence
    settled: list[Settled] = []
    while fact := waiting.get(sequence + 1):
        sequence += 1
        stays, more = _applied(stays, fact)
        settled += more
    early = tuple(sorted((n, fact) for n, fact in waiting.items() if n > sequence))
    after = replace(attendance, sequence=sequence, stays=stays, waiting=early)
    return after, settled


def _applied(stays: tuple[Stay, ...], fact: Told) -> tuple[tuple[Stay, ...], list[Settled]]:
    if isinstance(fact, AttendanceRecorded):
        return stays, _held(stays, fact)
    at = to_milliseconds(fact.at)
    stays = _checked_in(stays, at) if isinstance(fact, ScannedIn) else _checked_out(stays, at)
    if stays[-1].span is None:
        return stays, []
    return stays, [Settled(session=fact.session, person_ref=fact.person_ref, stay=stays[-1])]


def _checked_in(stays: tuple[Stay, ...], at: datetime) -> tuple[Stay, ...]:
    """A check-in told after its check-out (a desk that was offline) completes that stay."""
    if stays and not stays[-1].checked_in_at:
        complete = replace(stays[-1], checked_in_at=at)
        if complete.span:
            return (*stays[:-1], complete)
    return (*stays, Stay(checked_in_at=at))


def _checked_out(stays: tuple[Stay, ...], at: datetime) -> tuple[Stay, ...]:
    if stays and not stays[-1].checked_out_at:
        return (*stays[:-1], replace(stays[-1], checked_out_at=at))
    return (*stays, Stay(checked_out_at=at))


def _held(stays: Iterable[Stay], fact: AttendanceRecorded) -> list[Settled]:
    """待核实: at the close, stays that cannot be counted are held at 0 minutes (C-05, C-06)."""
    if fact.state != "present":
        return []
    return [
        Settled(session=fact.session, person_ref=fact.person_ref, stay=stay, reason=_reason(stay))
        for stay in stays
        if stay.span is None
    ]


def _reason(stay: Stay) -> Reason:
    if stay.checked_out_at is None:
        return "missing_check_out"
    return "check_out_before_check_in" if stay.checked_in_at else "missing_check_in"


def entry(
    settled: Settled,
    *,
    others: Iterable[Span] = (),
    extension: timedelta = timedelta(),
    breaks: Iterable[Span] = (),
) -> Entry:
    """The ledger's line for a settled stay.

    `others`: time already credited to the same person, of which no minute counts again (C-07);
    `extension`: approved time after the session's end; `breaks`: declared ones (C-01).
    """
    spans: tuple[Span, ...] = ()
    if settled.stay.span and not settled.reason:
        session = settled.session
        within = _common(settled.stay.span, Span(session.starts_at, session.ends_at + extension))
        spans = without(within, [*breaks, *others])
    return Entry(
        entry_id=settled.entry_id,
        person_ref=settled.person_ref,
        session=settled.session,
        stay=settled.stay,
        spans=spans,
        minutes=minutes(spans),
        reason=settled.reason,
        state="held" if settled.reason else "credited",
    )


def minutes(spans: Iterable[Span]) -> int:
    """Whole minutes of all spans together; seconds are dropped once, at the end (C-01)."""
    return sum((span.end - span.start for span in spans), timedelta()) // timedelta(minutes=1)


def explained(entry: Entry) -> str:
    """Why the line is worth what it is, in one sentence for the volunteer."""
    if entry.reason:
        return f"待核实：{_HELD[entry.reason]}，组织者确认前不计时长"
    if not entry.spans:
        return "签到至签退与场次时间没有可计的部分，计 0 分钟"
    counted = "、".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in entry.spans)
    return f"{counted} 计 {entry.minutes} 分钟"


def _clock(moment: datetime) -> str:
    """07:30 in Asia/Shanghai, with seconds only where there are some."""
    local = moment.astimezone(SHANGHAI)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def without(spans: Sequence[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of the spans when the taken time is cut out."""
    left = tuple(spans)
    for cut in taken:
        left = tuple(part for span in left for part in _around(cut, span))
    return left


def _around(cut: Span, span: Span) -> tuple[Span, ...]:
    """The parts of the span before and after the cut."""
    before, after = Span(span.start, cut.start), Span(cut.end, span.end)
    return (*_common(span, before), *_common(span, after))


def _common(one: Span, other: Span) -> tuple[Span, ...]:
    start, end = max(one.start, other.start), min(one.end, other.end)
    return (Span(start, end),) if start < end else ()
