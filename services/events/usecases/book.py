"""A session's book: its places and registrations as one transaction changes and tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kernel.answers import Once
from kernel.transaction import Transaction
from services.events.domain.line import serve
from services.events.domain.registration import (
    CancelReason,
    LapseReason,
    Registration,
    Status,
)
from services.events.domain.signup import admit, release
from services.events.store.deadlines import Deadline
from services.events.usecases import telling
from services.events.usecases.application import Events
from services.events.usecases.telling import Tell


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: staff or not, with which key of repetition, in which conversation, from where.

    `keys` are the secrets of registrations that the caller shows, `person_refs` whom the account
    stands for that is signed in. `is_program`: it came by a door for programs, not by a page.
    """

    staff: bool = False
    once: Once | None = None
    correlation: str | None = None
    traceparent: str | None = None
    address: str | None = None
    is_prepared: bool = False
    keys: frozenset[str] = frozenset()
    person_refs: frozenset[str] = frozenset()
    is_program: bool = False


NOBODY = Caller()  # a timer


class Book:
    """One session within one transaction. What is changed is written at once, the session itself
    and the new registrations by `save`, once, at the end."""

    def __init__(self, app: Events, transaction: Transaction, session_id: str,
                 caller: Caller = NOBODY) -> None:
        self.app, self.transaction, self.caller = app, transaction, caller
        self._before = self.session = app.store.sessions.one(session_id, within=transaction)
        self._new: list[tuple[Registration, dict[str, Any] | None]] = []

    @property
    def now(self) -> datetime:
        return self.transaction.now

    def registration(self, registration_id: str) -> Registration:
        """As it is now. Raises UnknownRegistration."""
        return self.app.store.registrations.one(registration_id, within=self.transaction)

    def enter(self, registration: Registration, caller: Caller | None = None) -> Registration:
        """Takes the registration as far as it can go by itself, and tells where it stands.

        Consent comes first, then approval or the draw, then a place or a turn in line. Raises
        Full. The result is new or changed, and still to be kept: `add` or `put`.
        """
        terms = self.session.terms
        if not registration.consented:
            return self._waits(registration, "pending_consent", registration.until, caller)
        if terms.mode == "draw" and self.session.drawn_at is None:
            return self._waits(registration, "entered_draw", None, caller)
        is_open = terms.mode == "approval" and not registration.approved
        if is_open and not terms.pending_holds:
            return self._waits(registration, "pending_approval", self._decide_until(), caller)
        if registration.seated:
            return self._seated(registration, is_open=is_open, caller=caller)
        self.session, admitted = admit(self.session, replace(registration, until=None), self.now)
        if admitted.seated:
            return self._seated(admitted, is_open=is_open, caller=caller)
        return self.tell(admitted, telling.waitlisted(self.position(admitted)), caller)

    def _seated(self, registration: Registration, *, is_open: bool,
                caller: Caller | None) -> Registration:
        if is_open:
            return self._waits(registration, "pending_approval", self._decide_until(), caller)
        confirmed = replace(registration, status="confirmed", until=None)
        return self.tell(confirmed, telling.confirmed, caller)

    def _waits(self, registration: Registration, status: Status, until: datetime | None,
               caller: Caller | None) -> Registration:
        waiting = replace(registration, status=status, until=until, overdue_since=None)
        return self.tell(waiting, telling.pending, caller)

    def _decide_until(self) -> datetime:
        """The approver's deadline, never after the start."""
        hours = timedelta(hours=self.session.terms.decide_hours)
        return min(self.now + hours, max(self.session.starts_at, self.now))

    def position(self, registration: Registration) -> int:
        """Where one who has just come stands in line, from 1."""
        if not registration.priority:
            return self.session.waiting
        new = [each for each, _ in self._new if each.status == "waitlisted"]
        before = sum(each.rank < registration.rank for each in new)
        return before + self.position_at(registration)

    def position_at(self, registration: Registration) -> int:
        """Where the line as it is kept would have it, from 1."""
        return self.app.store.registrations.position(registration, within=self.transaction)

    def watch(self, kind: str, ref: str, at: datetime) -> None:
        """Something is to happen by itself at that time (see `due.py`)."""
        self.app.store.deadlines.set(
            [Deadline(kind=kind, ref=ref, at=at)], within=self.transaction
        )

    def unwatch(self, kind: str, ref: str) -> None:
        self.app.store.deadlines.clear([f"{kind}/{ref}"], within=self.transaction)

    def tell(self, registration: Registration, fact: Tell,
             caller: Caller | None = None) -> Registration:
        """Tells a fact of the registration; the result counts it."""
        told = registration.told + 1
        by = caller or self.caller
        self.transaction.emit(
            fact(registration, telling.session_ref(self.session)), sequence=told,
            correlation=by.correlation, traceparent=by.traceparent,
        )
        return replace(registration, told=told, changed_at=self.now)

    def add(self, registration: Registration, asked: dict[str, Any] | None = None) -> None:
        """A new registration."""
        self._new.append((registration, asked))

    def put(self, before: Registration, after: Registration) -> None:
        """A changed registration, with its deadline. Raises LostRace when it changed meanwhile."""
        self.app.store.registrations.change(
            self.session, before, after, within=self.transaction
        )
        self._watch([after], forget=before.until is not None)

    def end(self, registration: Registration, status: Status,
            reason: CancelReason | LapseReason, note: str | None = None) -> Registration:
        """Ends the registration: its places go to the line, its people are free again."""
        self.session = release(self.session, registration)
        ended = replace(
            registration, status=status, seated=False, reason=reason, note=note, until=None
        )
        fact = telling.cancelled(registration.seated) if status == "cancelled" else telling.lapsed
        ended = self.tell(ended, fact)
        self.put(registration, ended)
        self.app.store.people.disengage(
            registration.party, self.session.session_id, within=self.transaction
        )
        return ended

    def serve_line(self) -> list[Registration]:
        """Gives what is free to the line, as its rules say."""
        line = self.app.store.registrations.line(self.session, within=self.transaction)
        was = {}

        def seen() -> Any:
            for party in line:
                was[party.registration_id] = party
                yield party

        self.session, served = serve(
            self.session, seen(), now=self.now, hours=self.app.policy.offer_hours
        )
        told = []
        for party in served:
            if party.status == "pending_approval":
                party = replace(party, until=self._decide_until(), overdue_since=None)
            facts = {"offered": telling.offered, "confirmed": telling.promoted}
            party = self.tell(party, facts.get(party.status, telling.pending))
            self.put(was[party.registration_id], party)
            told.append(party)
        return told

    def save(self) -> None:
        """Keeps new registrations and the session; may be called again. Raises LostRace."""
        if self._new:
            self.app.store.registrations.add(self.session, self._new, within=self.transaction)
            self._watch([each for each, _ in self._new], forget=False)
            self._new = []
        self._watch_line()
        self.session = self._before = self.app.store.sessions.save(
            self._before, self.session, within=self.transaction
        )

    def _watch(self, registrations: Sequence[Registration], *, forget: bool) -> None:
        deadlines = self.app.store.deadlines
        due = [
            Deadline(kind="registration", ref=each.registration_id, at=each.until)
            for each in registrations if each.until is not None and each.status != "pending_consent"
        ]
        deadlines.set(due, within=self.transaction)
        if forget and not due:
            keys = [f"registration/{each.registration_id}" for each in registrations]
            deadlines.clear(keys, within=self.transaction)

    def _watch_line(self) -> None:
        if self.session.line_paused and not self._before.line_paused:
            opening = self.app.policy.offer_hours.next_opening(self.now)
            self.watch("wake-line", self.session.session_id, opening)
