"""Requests for corrections and missing records: asked, decided, looked at (C-16 … C-20)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.session import SessionRef
from contracts.volunteers_corrections import CorrectionDecided, CorrectionRequested
from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain import broken
from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.correction import (
    Correction,
    Kind,
    Verdict,
    Wanted,
    basis_of,
    check_request,
    check_served,
    decided,
    ruling_of,
    standing,
)
from services.volunteers.domain.entry import Entry
from services.volunteers.usecases.application import App
from services.volunteers.usecases.deciding import now_at
from services.volunteers.usecases.reading import entries_of, lines_of
from services.volunteers.usecases.ruling import rule
from services.volunteers.usecases.sessions import session_of
from services.volunteers.usecases.telling import counted

Outcome = Literal["approved", "refused"]
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked: `wanted` is to stand for the whole session, whatever stands there now."""

    kind: Kind
    person_ref: str
    session_id: str
    wanted: Wanted
    reason: str
    evidence: str = ""
    entry_id: str | None = None


def ask(app: App, order: Order, *, by: Acting, once: Once | None = None) -> Answer:
    """Files a request, by the volunteer or by staff for them (C-18): {correction_id, state}.

    Safe to repeat with a key. Raises TooManyTries (not for staff), UnknownSession, SessionOff,
    UnknownEntry, EntryGone, AlreadyRecorded, AlreadyOpen, and what `check_request` raises.
    """
    if not by.staff:
        _count_tries(app, order.person_ref, by.address)

    def work(within: Transaction) -> Answer:
        session = session_of(app, order.session_id, within=within)
        if there := app.store.corrections.open_of(
            order.session_id, order.person_ref, within=within
        ):
            raise broken.AlreadyOpen(there.correction_id)
        correction = _made(app, order, session, by, within)
        check_request(correction, session, within.now)
        app.store.corrections.add(correction, within=within)
        _reopen(app, correction, within)
        within.emit(CorrectionRequested(
            correction_id=correction.correction_id, person_ref=order.person_ref, session=session,
            kind=order.kind, minutes=correction.asked, requested_at=within.now,
        ))
        return {"correction_id": correction.correction_id, "state": correction.state}

    return app.transactions.write(once, work)


def decide(app: App, correction_id: str, outcome: Outcome, *, reason: str, by: Acting,
           minutes: int | None = None, once: Once | None = None) -> Answer:
    """Approves or refuses a request, with a reason: {correction_id, state, minutes}, the minutes
    that count at the session now.

    An approved one is a ruling that enters the ledger in the same transaction (C-16); `minutes`
    grants less than was asked. Safe to repeat with a key. Raises UnknownCorrection, SelfConcerned,
    SelfMade (C-17), AlreadyDecided, MoreThanAsked, and what may have come about since it was made:
    SessionOff, and what `check_request` raises.
    """
    entered: list[Entry] = []

    def work(within: Transaction) -> Answer:
        found = app.store.corrections.one(correction_id, within=within)
        check_eyes(by, concerned=app.references(found.person_ref), maker=found.made_by)
        if found.state != "pending":
            raise broken.AlreadyDecided
        session = found.session
        entered.clear()
        if outcome == "approved":
            session = session_of(app, found.session.session_id, within=within)
            entered.extend(_entered(app, found, session, minutes, by, reason, within))
        now_stands = lines_at(app, found.person_ref, session, within)
        verdict = Verdict(
            by=by, reason=reason, decided_at=within.now, after=standing(now_stands),
            minutes=sum(each.minutes for each in now_stands),
        )
        app.store.corrections.save(decided(found, outcome, verdict), within=within)
        within.emit(CorrectionDecided(
            correction_id=correction_id, person_ref=found.person_ref, session=session,
            kind=found.kind, outcome=outcome, minutes=verdict.minutes, decided_at=within.now,
        ))
        within.note({"state": found.state},
                    {"state": outcome, "minutes": verdict.minutes, "person_ref": found.person_ref})
        return {"correction_id": correction_id, "state": outcome, "minutes": verdict.minutes}

    answer = app.transactions.write(once, work)
    counted(entered)
    return answer


def forget_texts(app: App, person_refs: Collection[str], *, within: Transaction) -> None:
    """For whoever deletes a person's data (C-29): reasons and evidence of their requests go, what
    was decided stays. An open request for a missing record then lacks its evidence and can only be
    refused. What a decision wrote into the ledger stays: its hash covers it."""
    app.store.corrections.forget_texts(person_refs, within=within)


def lines_at(app: App, person_ref: str, session: SessionRef, within: Transaction) -> list[Entry]:
    """The lines of a person that count at a session."""
    day = local_day(session.starts_at)
    lines = lines_of(app, person_ref, first=day, last=day, within=within)
    return [line for line in lines if line.session.session_id == session.session_id]


def _count_tries(app: App, person_ref: str, address: str | None) -> None:
    """The address first: who tries many references gets no further."""
    limits = app.asking
    seconds = app.tries.take("corrections from", address or "unknown", most=limits.per_address,
                             seconds=_HOUR)
    seconds = seconds or app.tries.take("corrections of", person_ref, most=limits.per_person,
                                        seconds=_DAY)
    broken.check_tries(seconds)


def _made(app: App, order: Order, session: SessionRef, by: Acting,
          within: Transaction) -> Correction:
    lines = lines_at(app, order.person_ref, session, within)
    if order.kind == "missing":
        if lines:
            raise broken.AlreadyRecorded
    else:
        _check_entry(app, order, lines, within)
    return Correction(
        correction_id=within.new_id(), kind=order.kind, person_ref=order.person_ref,
        session=session, wanted=order.wanted, reason=order.reason, evidence=order.evidence,
        entry_id=order.entry_id, basis=basis_of(order.kind, lines), made_by=by,
        made_at=within.now, before=standing(lines),
    )


def _check_entry(app: App, order: Order, lines: Sequence[Entry], within: Transaction) -> None:
    if any(line.entry_id == order.entry_id for line in lines):
        return
    entries = entries_of(app, order.person_ref, within=within)
    at_session = [each.entry_id for each in entries if each.session.session_id == order.session_id]
    entry_id = order.entry_id or ""
    raise (broken.EntryGone if entry_id in at_session else broken.UnknownEntry)(entry_id)


def _entered(app: App, found: Correction, session: SessionRef, minutes: int | None, by: Acting,
             reason: str, within: Transaction) -> list[Entry]:
    check_request(found, session, within.now)
    now = now_at(app, found.person_ref, session, within)
    ruling = ruling_of(found, session, granted=minutes, by=by, reason=reason, now=now)
    check_served(ruling, session, within.now)
    return rule(app, within, [ruling])


def _reopen(app: App, correction: Correction, within: Transaction) -> None:
    app.store.duties.reopen([correction.session.session_id], within=within)
