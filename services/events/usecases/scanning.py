"""Scans at the desk: what several gates read at the same moment is committed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from contracts.events import ScannedIn, ScannedOut
from kernel.answers import Answer, Once, Outcome
from kernel.transaction import Transaction
from services.events.domain import attendance as rules
from services.events.domain.attendance import Attendance, Direction
from services.events.domain.broken import BrokenRule, NonceReused, UnknownRegistration
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events
from services.events.usecases.telling import session_ref


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What the desk read: a party's ticket, or one person of it; `at` None means now."""

    session_id: str
    registration_id: str
    direction: Direction
    nonce: str
    at: datetime | None = None
    person_ref: str | None = None

    def said(self) -> dict[str, str | None]:
        """What must be the same when the nonce comes again."""
        return {
            "registration_id": self.registration_id, "direction": self.direction,
            "person_ref": self.person_ref, "at": self.at.isoformat() if self.at else None,
        }


def scan(app: Events, order: Scan, *, once: Once | None = None) -> Answer:
    """Records the scan once per nonce and tells it for each person; safe to repeat.

    Raises the rules of the desk (C-06, C-08), UnknownSession, UnknownRegistration, NonceReused;
    Unavailable and Overloaded.
    """
    line = app.lines.of(f"desk {order.session_id}", partial(_commit, app, order.session_id))
    answer: Answer = line.submit((order, once))
    return answer


def _commit(app: Events, session_id: str,
            asked: list[tuple[Scan, Once | None]]) -> list[Outcome]:
    def work(transaction: Transaction, places: list[int]) -> list[Outcome]:
        orders = [asked[place][0] for place in places]
        desk = _Desk(app, app.store.sessions.one(session_id, within=transaction), transaction)
        desk.look_up(orders)
        outcomes = [desk.outcome(order) for order in orders]
        desk.save()
        return outcomes

    return app.transactions.answer_all([once for _, once in asked], work)


class _Desk:
    """The scans of one group: who is where as they go in and out, and what is to be saved."""

    def __init__(self, app: Events, session: Session, transaction: Transaction) -> None:
        self._store, self._rules = app.store, app.policy.desk
        self._session, self._ref = session, session_ref(session)
        self._transaction = transaction
        self._scans: dict[str, dict[str, Any]] = {}
        self._registrations: dict[str, Registration] = {}
        self._seen: dict[tuple[str, str], Attendance] = {}
        self._there: set[str] = set()
        self._changed: dict[str, Attendance] = {}
        self._new_scans: dict[str, dict[str, Any]] = {}
        self._came: dict[str, Registration] = {}

    def look_up(self, orders: Sequence[Scan]) -> None:
        """Everything the group needs, in three look-ups however large it is."""
        store, within = self._store, self._transaction
        self._scans = store.attendances.scans(
            self._session.session_id, [order.nonce for order in orders], within=within
        )
        self._registrations = store.registrations.some(
            {order.registration_id for order in orders}, within=within
        )
        people = {ref for each in self._registrations.values() for ref in each.party}
        for each in store.attendances.of_people(
            self._session.activity_id, people, within=within
        ):
            self._seen[each.session_id, each.person_ref] = each
            if each.session_id == self._session.session_id:
                self._there.add(each.person_ref)

    def outcome(self, order: Scan) -> Outcome:
        """The answer, the one given to this nonce before, or the broken rule."""
        known = self._scans.get(order.nonce)
        if known is not None:
            answer: Answer = known["answer"]
            return answer if known["said"] == order.said() else NonceReused(order.nonce)
        try:
            return self._accept(order)
        except BrokenRule as broken:
            return broken

    def _accept(self, order: Scan) -> Answer:
        registration = self._registrations.get(order.registration_id)
        if registration is None or registration.session_id != self._session.session_id:
            raise UnknownRegistration(order.registration_id)
        now = self._transaction.now
        at = order.at or now
        rules.check_scan(self._session, registration, at=at, now=now, rules=self._rules)
        people = [order.person_ref] if order.person_ref else list(registration.party)
        if not set(people) <= set(registration.party):
            raise UnknownRegistration(order.registration_id)
        scanned = [self._scanned(registration, person, order.direction, at) for person in people]
        answer = {
            "registration_id": order.registration_id, "direction": order.direction,
            "at": at.isoformat(), "persons": len(scanned),
            "late": order.direction == "in" and rules.is_late(self._session, at, self._rules),
        }
        self._take(order, registration, scanned, answer)
        self._tell(order.direction, scanned, at)
        return answer

    def _scanned(self, registration: Registration, person_ref: str, direction: Direction,
                 at: datetime) -> Attendance:
        here = self._seen.get(
            (self._session.session_id, person_ref), nobody_yet(registration, person_ref)
        )
        if direction == "out":
            return rules.scan_out(here, at)
        others = [
            each for (session_id, ref), each in self._seen.items()
            if ref == person_ref and session_id != self._session.session_id
        ]
        return rules.scan_in(self._session, here, at, rules=self._rules, others=others)

    def _take(self, order: Scan, registration: Registration, scanned: list[Attendance],
              answer: Answer) -> None:
        kept = {"said": order.said(), "answer": answer}
        self._scans[order.nonce] = self._new_scans[order.nonce] = kept
        if not registration.attended:
            self._came[registration.registration_id] = registration
        for each in scanned:
            self._seen[each.session_id, each.person_ref] = each
            self._changed[each.person_ref] = each

    def _tell(self, direction: Direction, scanned: list[Attendance], at: datetime) -> None:
        told = ScannedIn if direction == "in" else ScannedOut
        for each in scanned:
            self._transaction.emit(
                told(session=self._ref, registration_id=each.registration_id,
                     person_ref=each.person_ref, at=at)
            )

    def save(self) -> None:
        """Keeps what was accepted; nothing when everything was refused or known."""
        store, within = self._store, self._transaction
        if not self._new_scans:
            return
        changed = self._changed.values()
        store.attendances.add(
            (each for each in changed if each.person_ref not in self._there), within=within
        )
        store.attendances.replace(
            (each for each in changed if each.person_ref in self._there), within=within
        )
        store.registrations.mark_attended(list(self._came.values()), within=within)
        store.attendances.add_scans(self._session.session_id, self._new_scans, within=within)


def nobody_yet(registration: Registration, person_ref: str) -> Attendance:
    """Somebody with a place whom no desk has seen."""
    return Attendance(
        session_id=registration.session_id,
        activity_id=registration.activity_id,
        registration_id=registration.registration_id,
        person_ref=person_ref,
    )
