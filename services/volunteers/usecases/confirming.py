"""Held credits: a stay is confirmed (C-05), a day over the limit is approved (C-09)."""

from __future__ import annotations

from datetime import date

from contracts.session import SessionRef
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain import broken
from services.volunteers.domain.acting import Acting, check_eyes, check_level, highest
from services.volunteers.domain.correction import Wanted, check_served
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.held import Held, confirmed
from services.volunteers.domain.ruling import DayApproval, Level, Ruling
from services.volunteers.usecases.application import App
from services.volunteers.usecases.correcting import lines_at
from services.volunteers.usecases.deciding import approval_of, now_at, now_of_day
from services.volunteers.usecases.reading import lines_of
from services.volunteers.usecases.ruling import approve, rule
from services.volunteers.usecases.sessions import session_of
from services.volunteers.usecases.telling import counted


def confirm(app: App, entry_id: str, word: Wanted, *, evidence: str, reason: str, by: Acting,
            once: Once | None = None) -> Answer:
    """The organiser's word on a held stay, entered at once (C-05): {entry_id, minutes}, the
    minutes that count at the session now.

    No second person is asked: the scans are the first witness. Safe to repeat with a key. Raises
    UnknownHeld, SelfConcerned (C-17), AlreadyDecided, ApprovalNeeded (C-09), SessionOff,
    LongerThanSession, OutsideSession, NotServedYet, SpansOverlap.
    """
    entered: list[Entry] = []

    def work(within: Transaction) -> Answer:
        held = app.store.held.one(entry_id, within=within)
        check_eyes(by, concerned=app.references(held.person_ref))
        if held.settled_at:
            raise broken.AlreadyDecided
        if held.reason == "over_daily_limit":
            raise broken.ApprovalNeeded
        session = session_of(app, held.session.session_id, within=within)
        ruling = _ruling(app, held, session, word, evidence, reason, by, within)
        entered[:] = rule(app, within, [ruling])
        lines = lines_at(app, held.person_ref, session, within)
        minutes = sum(line.minutes for line in lines)
        within.note({"held": held.reason}, {"minutes": minutes, "person_ref": held.person_ref})
        return {"entry_id": entry_id, "minutes": minutes}

    answer = app.transactions.write(once, work)
    counted(entered)
    return answer


def approve_day(app: App, person_ref: str, day: date, *, approved: bool, level: Level | None,
                reason: str, by: Acting, once: Once | None = None) -> Answer:
    """Approves what a person's day has above its limit, or takes that back (C-09): {person_ref,
    day, level, minutes}, the minutes that count on that day now.

    `level` is the band up to which it counts; without it, the highest that waits and that the
    member may approve. Safe to repeat with a key. Raises SelfConcerned (C-17), LevelNeeded,
    NothingWaits.
    """
    entered: list[Entry] = []

    def work(within: Transaction) -> Answer:
        check_eyes(by, concerned=app.references(person_ref))
        there = approval_of(app, person_ref, day, within)
        granted = _granted(app, person_ref, day, level, by, within) if approved else None
        stands = there.level if there else None
        if not approved and stands is None:
            raise broken.NothingWaits
        for each in (stands, granted):
            if each:
                check_level(by, each)
        entered[:] = approve(app, within, [DayApproval(
            approval_id=within.new_id(), person_ref=person_ref, day=day, level=granted,
            reason=reason, actor=by.actor, decided_at=now_of_day(there, within),
        )])
        lines = lines_of(app, person_ref, first=day, last=day, within=within)
        within.note({"level": stands}, {"level": granted})
        return {"person_ref": person_ref, "day": day.isoformat(), "level": granted,
                "minutes": sum(line.minutes for line in lines)}

    answer = app.transactions.write(once, work)
    counted(entered)
    return answer


def _ruling(app: App, held: Held, session: SessionRef, word: Wanted, evidence: str, reason: str,
            by: Acting, within: Transaction) -> Ruling:
    lines = lines_at(app, held.person_ref, session, within)
    ruling = Ruling(
        ruling_id=within.new_id(), person_ref=held.person_ref, session=session,
        basis="organiser", evidence=evidence, reason=reason, actor=by.actor,
        decided_at=now_at(app, held.person_ref, session, within),
        spans=confirmed(held, word, lines, session),
    )
    check_served(ruling, session, within.now)
    return ruling


def _granted(app: App, person_ref: str, day: date, level: Level | None, by: Acting,
             within: Transaction) -> Level:
    lines = lines_of(app, person_ref, first=day, last=day, within=within)
    waiting = {line.level for line in lines if line.reason == "over_daily_limit" and line.level}
    if not waiting:
        raise broken.NothingWaits
    if level:
        return level
    within_reach = {each for each in waiting if by.level == "department" or each == "parent"}
    return highest(within_reach) or "department"
