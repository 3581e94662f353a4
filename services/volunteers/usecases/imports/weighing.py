"""Weighing rows before anything is entered: who and where each means, and what it would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from contracts.session import SessionRef
from kernel.transaction import Transaction
from services.volunteers import domain
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.broken import (
    BrokenRule,
    SelfConcerned,
    SessionDiffers,
    SessionOff,
    UnknownSession,
)
from services.volunteers.domain.folio import Folio, settle
from services.volunteers.domain.imports import Record, Row, Weighed, check_record
from services.volunteers.domain.ruling import kept
from services.volunteers.domain.session import UNTOLD, News, Session
from services.volunteers.domain.spans import Spans, minutes, without
from services.volunteers.usecases.application import App
from services.volunteers.usecases.book import Book
from services.volunteers.usecases.sessions import known_sessions

TOGETHER = 200  # rows that are weighed at once
Numbered = Callable[[str], str]  # the reference of whoever has a volunteer's number
Faults = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What rows come to, and the faults of others by `row.<line>` or `row.<line>.<column>`."""

    weighed: list[Weighed]
    faults: Faults


def records_of(app: App, rows: Sequence[Row], numbered: Numbered, within: Transaction, *,
               own: frozenset[str]) -> tuple[list[Record], Faults]:
    """The rows with person and session, and what is wrong with the others. Nobody imports their
    `own` hours (C-17); a row that is twice in the file is a slip."""
    known = known_sessions(app, {row.session_id or _made(row).session_id for row in rows},
                           within=within)
    records: dict[tuple[str, str], Record] = {}
    faults: Faults = {}
    for row in rows:
        try:
            record = _record(row, known, numbered)
            if record.person_ref in own:
                raise SelfConcerned
        except BrokenRule as fault:
            faults[f"row.{row.line}"] = [str(fault)]
            continue
        first = records.setdefault((record.person_ref, record.session.session_id), record)
        if first is not record:
            faults[f"row.{row.line}"] = [f"与第 {first.line} 行是同一人的同一场次"]
    return list(records.values()), faults


def weigh(app: App, records: Sequence[Record], within: Transaction) -> Outcome:
    """What each record would come to if all of them were entered now; nothing is written.

    `weigh_in` is asked again in the transaction that enters them: the ledger goes on meanwhile.
    """
    outcome = Outcome(weighed=[], faults={})
    for some in _together(sorted(records, key=by_person)):
        book = opened(app, some, within)
        weigh_in(book, some, outcome, settle=partial(_settle, book))
    outcome.weighed.sort(key=lambda each: each.record.line)
    return outcome


def by_person(record: Record) -> tuple[str, datetime]:
    """A person's records together, in order of time."""
    return record.person_ref, record.session.starts_at


def opened(app: App, records: Sequence[Record], within: Transaction) -> Book:
    """A book with everybody and every session that these are about."""
    book = Book(app=app, transaction=within)
    book.open([News(ref=each.session, version=UNTOLD, person_ref=each.person_ref)
               for each in records])
    return book


def weigh_in(book: Book, records: Sequence[Record], outcome: Outcome, *, settle: Callable[[], Any],
             import_id: str = "", actor: str = "") -> None:
    """Puts what is new of the records into the book, settles it, and adds what all come to."""
    now = book.transaction.now
    entered = book.app.store.imports.among({each.key for each in records},
                                           within=book.transaction)
    judged: list[Weighed] = []
    for each in records:
        attendance = book.attendance(each.session.session_id, each.person_ref)
        if each.key in entered or _is_recorded(attendance):
            is_same = each.key in entered or _worth(attendance) == each.minutes
            judged.append(Weighed(record=each, verdict="there" if is_same else "differs"))
            continue
        try:
            check_record(each, now)
        except BrokenRule as fault:
            outcome.faults[f"row.{each.line}"] = [str(fault)]
            continue
        ruling = kept(each.ruling(import_id, actor=actor, now=now))
        overlap = _taken(book.folios[each.person_ref], ruling.served(each.session.starts_at))
        book.put(domain.ruled(attendance, ruling), "decision")
        judged.append(Weighed(record=each, verdict="new", overlap=overlap))
    settle()
    outcome.weighed.extend(_counted(book, each) for each in judged)


def _settle(book: Book) -> None:
    """Of no consequence: what is entered is thrown away with the book."""
    for folio in book.folios.values():
        settle(folio, book.app.rules, book.transaction.now)


def _counted(book: Book, weighed: Weighed) -> Weighed:
    """With what counts at the session then, or what stands there where nothing is entered."""
    record = weighed.record
    attendance = book.attendance(record.session.session_id, record.person_ref)
    lines = [each.line for each in attendance.effective]
    return Weighed(record=record, verdict=weighed.verdict, overlap=weighed.overlap,
                   counts=sum(line.minutes for line in lines),
                   withheld=sum(line.withheld for line in lines))


def _is_recorded(attendance: Attendance) -> bool:
    return bool(attendance.ruling or attendance.came or attendance.left)


def _worth(attendance: Attendance) -> int:
    return sum(each.line.minutes + each.line.withheld for each in attendance.effective)


def _taken(folio: Folio, spans: Spans) -> int:
    """How many of these minutes count elsewhere, or are claimed by a row before this one."""
    taken: list[domain.Span] = []
    for attendance in folio.attendances.values():
        ruling, start = attendance.ruling, attendance.session.starts_at
        if ruling and not attendance.effective and not attendance.cancelled:
            taken += ruling.served(start)
        taken += (span for each in attendance.effective for span in each.line.spans)
    return minutes(spans) - minutes(without(spans, taken))


def _record(row: Row, known: dict[str, Session], numbered: Numbered) -> Record:
    """Raises UnknownVolunteer, UnknownSession, SessionDiffers, SessionOff."""
    person_ref = row.person_ref or numbered(row.volunteer_no or "")
    session = _session(row, known)
    return Record(line=row.line, person_ref=person_ref, session=session, minutes=row.minutes,
                  evidence=row.evidence, unit=row.unit)


def _session(row: Row, known: dict[str, Session]) -> SessionRef:
    """The one that has the number, as it is known; else as the row describes it."""
    found = known.get(row.session_id or _made(row).session_id)
    if found and found.cancelled:
        raise SessionOff
    if found is None:
        return _made(row)
    if row.described and not row.described.is_at_the_time_of(found.ref):
        raise SessionDiffers
    return found.ref


def _made(row: Row) -> SessionRef:
    if row.described is None:
        raise UnknownSession(row.session_id or "")
    return row.described.session(row.session_id)


def _together(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    """So many at once; all of a person's together, for they bear on one another."""
    some: list[Record] = []
    for each in records:
        if len(some) >= TOGETHER and some[-1].person_ref != each.person_ref:
            yield some
            some = []
        some.append(each)
    if some:
        yield some


def refused(outcome: Outcome) -> Faults:
    """Why nothing of it may be entered: faults, and rows that say other than what is recorded."""
    faults = dict(outcome.faults)
    for each in _differing(outcome.weighed):
        stands = each.counts + each.withheld
        faults[f"row.{each.record.line}.时长"] = [
            f"该场次已有记录 {stands} 分钟，与本行不同：请对该记录申请更正，或删去本行"]
    return faults


def _differing(weighed: Iterable[Weighed]) -> Iterator[Weighed]:
    return (each for each in weighed if each.verdict == "differs")
