"""Sign-up and cancellation: a session's orders stand in one line and are committed in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.event import Fact
from kernel.answers import Answer, Once, Outcome
from kernel.transaction import Transaction
from services.events.domain.broken import AlreadyRegistered, BrokenRule, UnknownSession
from services.events.domain.person import Member
from services.events.domain.signup import (
    Registration,
    Session,
    admit,
    check_cancel,
    check_open,
    promote,
    release,
)
from services.events.usecases import telling
from services.events.usecases.application import Events
from services.events.usecases.parties import Party, People, identified, party_of


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: staff or not, with which key of repetition, in which conversation."""

    staff: bool = False
    once: Once | None = None
    correlation: str | None = None
    traceparent: str | None = None

    def tell(self, fact: Fact, transaction: Transaction) -> None:
        """Tells a fact as part of the caller's conversation."""
        transaction.emit(fact, correlation=self.correlation, traceparent=self.traceparent)


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A party asks for a session."""

    party: Party
    household_ref: str | None
    caller: Caller


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """A registration is to be ended."""

    registration_id: str
    caller: Caller


def sign_up(app: Events, session_id: str, members: Sequence[Member], *, caller: Caller,
            household_ref: str | None = None) -> Answer:
    """Gives the party places or a turn in line, once per key; answers with the registration.

    Raises UnknownSession, NotOpenYet, SessionClosed, OverLimit, AlreadyRegistered and the faults
    of a party; Unavailable and Overloaded. Safe to repeat with the same key.
    """
    order = SignUp(
        party=party_of(app, members), household_ref=household_ref, caller=caller
    )
    return _in_line(app, session_id, order)


def cancel(app: Events, registration_id: str, *, caller: Caller) -> Answer:
    """Ends the registration; freed places go to the line in the same transaction. Safe to repeat.

    Raises UnknownRegistration, AlreadyAttended, SessionClosed.
    """
    registration = app.store.registrations.one(registration_id)
    order = Cancel(registration_id=registration_id, caller=caller)
    return _in_line(app, registration.session_id, order)


def _in_line(app: Events, session_id: str, order: SignUp | Cancel) -> Answer:
    line = app.lines.of(session_id, partial(commit, app, session_id))
    answer: Answer = line.submit(order)
    return answer


def commit(app: Events, session_id: str, orders: Sequence[SignUp | Cancel]) -> list[Outcome]:
    """Cancellations first, one transaction each; then all sign-ups in one."""
    sign_ups = [order for order in orders if isinstance(order, SignUp)]
    cancelled = {
        id(order): _cancel_alone(app, order) for order in orders if isinstance(order, Cancel)
    }
    signed_up = iter(_sign_up_all(app, session_id, sign_ups))
    return [cancelled.get(id(order)) or next(signed_up) for order in orders]


def _sign_up_all(app: Events, session_id: str, orders: list[SignUp]) -> list[Outcome]:
    if not orders:
        return []

    def work(transaction: Transaction, places: list[int]) -> list[Outcome]:
        return _fill(app, session_id, [orders[place] for place in places], transaction)

    return app.transactions.answer_all([order.caller.once for order in orders], work)


def _fill(app: Events, session_id: str, orders: list[SignUp],
          transaction: Transaction) -> list[Outcome]:
    """Decides the group in the order in which it came: few look-ups, however large it is."""
    try:
        session = app.store.sessions.one(session_id, within=transaction)
    except UnknownSession as unknown:
        return [unknown for _ in orders]
    people = People.of(app, [order.party for order in orders], transaction)
    parties = identified(people, (order.party for order in orders))
    named = {ref for party in parties if not isinstance(party, BrokenRule) for ref in party}
    active = app.store.registrations.active_people(
        session_id, people.long_known(named), within=transaction
    )
    group = _Group(app=app, transaction=transaction, session=session, people=people, active=active)
    outcomes = [group.decide(order, party) for order, party in zip(orders, parties, strict=True)]
    group.save(before=session)
    return outcomes


class _Group:
    """The sign-ups of one group: the pool as it fills, and what is to be saved and told."""

    def __init__(self, *, app: Events, transaction: Transaction, session: Session,
                 people: People, active: set[str]) -> None:
        self._app = app
        self._transaction = transaction
        self._session = session
        self._ref = telling.session_ref(session)
        self._people = people
        self._active = active
        self._accepted: list[tuple[Registration, int | None, Caller]] = []

    def decide(self, order: SignUp, party: tuple[str, ...] | BrokenRule) -> Outcome:
        """The answer, or the broken rule."""
        if isinstance(party, BrokenRule):
            return party
        try:
            return self._accept(order, party)
        except BrokenRule as broken:
            return broken

    def _accept(self, order: SignUp, party: tuple[str, ...]) -> Answer:
        now = self._transaction.now
        check_open(self._session, now, staff=order.caller.staff)
        for place, person_ref in enumerate(party):
            if person_ref in self._active:
                raise AlreadyRegistered(place)
        self._session, admission = admit(
            self._session, len(party), limit=self._app.policy.party_limit
        )
        registration = Registration(
            registration_id=self._transaction.new_id(),
            session_id=self._session.session_id,
            activity_id=self._session.activity_id,
            party=party,
            household_ref=order.household_ref or party[0],
            status=admission.status,
            arrival=admission.arrival,
            registered_at=now,
        )
        self._active.update(party)
        self._people.admit(party)
        self._accepted.append((registration, admission.position, order.caller))
        return answer_of(registration, admission.position)

    def save(self, *, before: Session) -> None:
        """Keeps and tells what was accepted; nothing when everything was refused."""
        if not self._accepted:
            return
        store, transaction = self._app.store, self._transaction
        store.sessions.save_pool(before, self._session, within=transaction)
        self._people.save()
        store.registrations.add([each for each, _, _ in self._accepted], within=transaction)
        for registration, position, caller in self._accepted:
            fact = telling.signed_up(registration, self._ref, position)
            caller.tell(fact, transaction)


def _cancel_alone(app: Events, order: Cancel) -> Outcome:
    try:
        return app.write(order.caller.once, partial(_cancel, app, order))
    except Exception as fault:  # its own answer, whatever it is: the group goes on
        return fault


def _cancel(app: Events, order: Cancel, transaction: Transaction) -> Answer:
    store = app.store
    registration = store.registrations.one(order.registration_id, within=transaction)
    if registration.status == "cancelled":
        return answer_of(registration, None)
    before = store.sessions.one(registration.session_id, within=transaction)
    check_cancel(before, registration, transaction.now, staff=order.caller.staff)
    store.registrations.cancel(registration, within=transaction)
    line = store.registrations.line(before.session_id, within=transaction)
    after, promoted = promote(release(before, registration), line)
    store.registrations.promote(promoted, within=transaction)
    store.sessions.save_pool(before, after, within=transaction)
    ref = telling.session_ref(before)
    order.caller.tell(telling.cancelled(registration, ref), transaction)
    for each in promoted:
        order.caller.tell(telling.promoted(each, ref), transaction)
    return {**answer_of(registration, None), "status": "cancelled"}


def answer_of(registration: Registration, position: int | None) -> dict[str, Any]:
    """A registration as the door shows it."""
    answer = {
        "registration_id": registration.registration_id,
        "session_id": registration.session_id,
        "status": registration.status,
        "party": list(registration.party),
    }
    return answer if position is None else {**answer, "position": position}
