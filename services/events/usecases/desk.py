"""The desk of one session within one transaction: who is where as a group of scans is booked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.events import ScannedIn, ScannedOut
from kernel.answers import Answer, Outcome
from kernel.transaction import Transaction
from services.events.domain import attendance as rules
from services.events.domain.attendance import Attendance, Direction
from services.events.domain.broken import (
    AlreadyCheckedIn,
    BrokenRule,
    NonceReused,
    UnknownRegistration,
)
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.domain.stays import inside_since
from services.events.store.scans import KeptScan
from services.events.usecases.application import Events
from services.events.usecases.telling import session_ref

CodeOf = Callable[[BrokenRule], str]


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What the desk read: a party's ticket, or one person of it; `at` None means now.

    `forced` is the reason of a forced check-in (C-06). `uploaded`: it was admitted while offline,
    so a double admission is kept as a conflict; `leaves_at` is the same party's next check-out in
    the same upload.
    """

    session_id: str
    registration_id: str
    direction: Direction
    nonce: str
    at: datetime | None = None
    person_ref: str | None = None
    gate: str | None = None
    forced: str | None = None
    uploaded: bool = False
    leaves_at: datetime | None = None


class Desk:
    """The scans of one group: who is where as they go in and out, and what is to be saved."""

    def __init__(self, app: Events, session: Session, transaction: Transaction) -> None:
        self._app, self._store, self._rules = app, app.store, app.policy.desk
        self._session, self._ref = session, session_ref(session)
        self._transaction = transaction
        self._known: dict[str, dict[str, Any]] = {}
        self._registrations: dict[str, Registration] = {}
        self._seen: dict[tuple[str, str], Attendance] = {}
        self._there: set[str] = set()
        self._changed: dict[str, Attendance] = {}
        self._new_scans: list[KeptScan] = []
        self._came: dict[str, Registration] = {}

    def look_up(self, orders: Sequence[Scan]) -> None:
        """Everything the group needs, in three look-ups however large it is."""
        store, within = self._store, self._transaction
        self._known = store.scans.known(
            self._session.session_id, {order.nonce for order in orders}, within=within
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
        try:
            known = self._before(order)
            if known is None:
                return self._accept(order)
            if known["conflict"]:
                return AlreadyCheckedIn(datetime.fromisoformat(known["answer"]["since"]))
            return dict(known["answer"])
        except BrokenRule as broken:
            return broken

    def uploaded(self, order: Scan, code_of: CodeOf) -> Answer:
        """What became of one scan of an offline desk: {nonce, status, code?, answer?}."""
        told: Answer = {"nonce": order.nonce}
        try:
            known = self._before(order)
            if known is None:
                return {**told, "status": "accepted", "answer": self._accept(order)}
        except AlreadyCheckedIn as inside:
            self._keep(order, {"since": inside.since.isoformat()}, conflict=code_of(inside))
            known = self._known[order.nonce]
        except BrokenRule as broken:
            return {**told, "status": "refused", "code": code_of(broken)}
        status = "conflict" if known["conflict"] else "repeated"
        code = {"code": known["conflict"]} if known["conflict"] else {}
        return {**told, "status": status, **code, "answer": dict(known["answer"])}

    def _before(self, order: Scan) -> dict[str, Any] | None:
        known = self._known.get(order.nonce)
        if known is None:
            return None
        if known["said"] != self._said(order):
            raise NonceReused(order.nonce)
        return {"conflict": None, **known}

    def _accept(self, order: Scan) -> Answer:
        registration = self._registration(order)
        now = self._transaction.now
        at = order.at or now
        rules.check_scan(self._session, registration, at=at, now=now, rules=self._rules)
        people = [order.person_ref] if order.person_ref else self._concerned(registration, order)
        if not set(people) <= set(registration.party):
            raise UnknownRegistration(order.registration_id)
        overridden: dict[str, None] = {}
        scanned = [self._scanned(registration, person, order, overridden) for person in people]
        answer: Answer = {
            "registration_id": order.registration_id, "direction": order.direction,
            "at": at.isoformat(), "persons": len(scanned),
            "late": order.direction == "in" and rules.is_late(self._session, at, self._rules),
        }
        if order.forced is not None:
            answer["overridden"] = list(overridden)
        self._take(registration, scanned)
        self._keep(order, answer, overridden=tuple(overridden))
        self._tell(order.direction, scanned, at)
        return answer

    def _registration(self, order: Scan) -> Registration:
        registration = self._registrations.get(order.registration_id)
        if registration is None or registration.session_id != self._session.session_id:
            raise UnknownRegistration(order.registration_id)
        return registration

    def _concerned(self, registration: Registration, order: Scan) -> list[str]:
        """Whom a party's ticket lets in or out.

        Offline nobody could say that a part of it was in already (or had left): then the others
        are meant, all of it only when nobody else is.
        """
        party = list(registration.party)
        if not order.uploaded:
            return party
        at = order.at or self._transaction.now
        inside = {
            ref for ref in party
            if (here := self._seen.get((self._session.session_id, ref)))
            and (inside_since(here.stays, at, order.leaves_at) if order.direction == "in"
                 else rules.is_inside(here))
        }
        return [ref for ref in party if (ref in inside) == (order.direction == "out")] or party

    def _scanned(self, registration: Registration, person_ref: str, order: Scan,
                 overridden: dict[str, None]) -> Attendance:
        at = order.at or self._transaction.now
        here = self._seen.get(
            (self._session.session_id, person_ref), nobody_yet(registration, person_ref)
        )
        if order.direction == "out":
            return rules.scan_out(here, at, check_in_may_come=order.uploaded)
        others = [
            each for (session_id, ref), each in self._seen.items()
            if ref == person_ref and session_id != self._session.session_id
        ]
        known: dict[str, Any] = {"rules": self._rules, "others": others,
                                 "leaves_at": order.leaves_at}
        if order.forced is None:
            return rules.scan_in(self._session, here, at, **known)
        broken = rules.broken_by_check_in(self._session, here, at, **known)
        overridden.update((rules.OVERRIDABLE[type(each)], None) for each in broken)
        return rules.forced_in(here, at)

    def _take(self, registration: Registration, scanned: list[Attendance]) -> None:
        if not registration.attended:
            self._came[registration.registration_id] = registration
        for each in scanned:
            self._seen[each.session_id, each.person_ref] = each
            self._changed[each.person_ref] = each

    def _keep(self, order: Scan, answer: Answer, *, conflict: str | None = None,
              overridden: tuple[str, ...] = ()) -> None:
        reason = self._app.vault.seal(order.forced) if order.forced is not None else None
        kept = KeptScan(
            session_id=self._session.session_id, nonce=order.nonce,
            registration_id=order.registration_id, direction=order.direction,
            at=order.at or self._transaction.now, kept_at=self._transaction.now,
            said=self._said(order), answer=answer, gate=order.gate, conflict=conflict,
            overridden=overridden, reason=reason,
        )
        self._new_scans.append(kept)
        self._known[order.nonce] = dict(vars(kept))

    def _said(self, order: Scan) -> dict[str, Any]:
        """What must be the same when the nonce comes again."""
        said: dict[str, Any] = {
            "registration_id": order.registration_id, "direction": order.direction,
            "person_ref": order.person_ref, "at": order.at.isoformat() if order.at else None,
        }
        if order.forced is not None:
            said["forced"] = self._app.vault.digest(f"forced|{order.forced}")
        return said

    def _tell(self, direction: Direction, scanned: list[Attendance], at: datetime) -> None:
        told = ScannedIn if direction == "in" else ScannedOut
        for each in scanned:
            self._transaction.emit(
                told(session=self._ref, registration_id=each.registration_id,
                     person_ref=each.person_ref, at=at)
            )

    def save(self) -> None:
        """Keeps what was accepted or conflicts; nothing when all was refused or known."""
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
        store.scans.add(self._new_scans, within=within)


def nobody_yet(registration: Registration, person_ref: str) -> Attendance:
    """Somebody with a place whom no desk has seen."""
    return Attendance(
        session_id=registration.session_id,
        activity_id=registration.activity_id,
        registration_id=registration.registration_id,
        person_ref=person_ref,
    )
