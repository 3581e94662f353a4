"""Sign-up: a session's parties stand in one line of callers and are committed in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.answers import Answer, KeyReused, Once, Outcome
from kernel.transaction import Transaction
from services.events.domain import limits
from services.events.domain.broken import AlreadyRegistered, BrokenRule, NoWalkIns, Paused
from services.events.domain.person import Member
from services.events.domain.registration import Registration
from services.events.domain.signup import check_open, check_party
from services.events.domain.walk_in import walk_ins
from services.events.store.people import KeptPerson
from services.events.usecases import consenting, limiting, no_shows
from services.events.usecases.application import Events
from services.events.usecases.book import Book, Caller
from services.events.usecases.holding import made_from
from services.events.usecases.parties import Identified, Party, People, identities_of, party_of
from services.events.usecases.registrations import answer_of
from services.events.usecases.turns import Grouped, change, join

__all__ = ["Caller", "SignUp", "enrol", "sign_up", "sign_up_within", "walk_in"]


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """A party asks for a session. `registration_id` is made from the caller's key, if any."""

    party: Party
    household_ref: str | None
    caller: Caller
    priority: int
    registration_id: str | None


def sign_up(app: Events, session_id: str, members: Sequence[Member], *, caller: Caller,
            household_ref: str | None = None, priority: int = 0) -> Answer:
    """Gives the party places, a turn in line or a state to wait in; answers with the registration.

    Raises TooManyTries, UnknownSession, NotOpenYet, SessionClosed, Full, OverLimit,
    AlreadyRegistered, Clash and the faults of a party; KeyReused, Unavailable and Overloaded. Safe
    to repeat with the same key: the registration's id is made from it, so asking again finds the
    first answer.
    """
    party = party_of(app.vault, members)
    limiting.count_sign_up(app, identities_of(party), caller)
    return enrol(app, session_id, party, caller=caller, household_ref=household_ref,
                 priority=priority)


def enrol(app: Events, session_id: str, party: Party, *, caller: Caller,
          household_ref: str | None = None, priority: int = 0) -> Answer:
    """The same for a party whose try was counted already."""
    order = SignUp(party=party, household_ref=household_ref, caller=caller, priority=priority,
                   registration_id=registration_id_of(app, caller.once))
    return join(app, session_id, Grouped(item=order, together=sign_up_all))


def walk_in(app: Events, session_id: str, members: Sequence[Member], *, caller: Caller) -> Answer:
    """A party at the door takes places of those who have not come; answers with its registration.

    Whose places it takes are released, who signed up last first, and told. Raises UnknownSession,
    NoWalkIns, AlreadyRegistered and the faults of a party. Safe to repeat with the same key.
    """
    party = party_of(app.vault, members)

    def work(book: Book) -> Answer:
        active = app.store.registrations.confirmed(session_id, within=book.transaction)
        came = sum(each.size for each in active if each.attended)
        found = walk_ins(
            book.session, now=book.now, walk_in_after=book.session.terms.walk_in_after,
            unattended=[each for each in active if not each.attended], attended=came,
            party=len(party),
        )
        if found.places < len(party):
            raise NoWalkIns(found.places)
        for each in found.released:
            book.end(each, "lapsed", "place_released")
        order = SignUp(party=party, household_ref=None, caller=caller, priority=0,
                       registration_id=None)
        [outcome] = _Group(book).outcomes([order])
        if isinstance(outcome, Exception):
            raise outcome
        if outcome["status"] != "confirmed":
            raise NoWalkIns(0)
        return outcome

    return change(app, session_id, work, caller=caller)


def registration_id_of(app: Events, once: Once | None) -> str | None:
    """The id of the registration that is made with this key; None without one."""
    return app.vault.digest(once.key)[:32] if once else None


def sign_up_all(app: Events, session_id: str, orders: list[SignUp]) -> list[Outcome]:
    """One outcome for each, in order; what concerns the session concerns all of them."""

    def work(transaction: Transaction) -> list[Outcome]:
        return sign_up_within(Book(app, transaction, session_id), orders)

    try:
        return app.transactions.run(work)
    except BrokenRule as broken:  # of the session itself: it concerns all
        return [broken for _ in orders]


def sign_up_within(book: Book, orders: list[SignUp]) -> list[Outcome]:
    """Decides the orders on the book in the order given and saves it; an outcome for each."""
    return _Group(book).outcomes(orders)


class _Group:
    """The sign-ups of one group: few look-ups, however large it is, each with its own answer."""

    def __init__(self, book: Book) -> None:
        self._book, self._app = book, book.app
        self._taking_part: list[str] = []
        self._answers: dict[str, tuple[str, Answer]] = {}
        self._accepted: list[tuple[Registration, Identified, Caller]] = []
        self._kept: dict[str, KeptPerson] = {}

    def outcomes(self, orders: list[SignUp]) -> list[Outcome]:
        """Decides the group in the order in which it came, then keeps what was accepted."""
        book = self._book
        self._look_up_answers(orders)
        people = People.of(
            self._app, [order.party for order in orders], book.transaction, book.session
        )
        self._kept = people.kept
        found = [self._decide(order, people) for order in orders]
        if self._accepted:
            people.save(self._taking_part)
            for registration, identified, caller in self._accepted:
                consenting.ask(book, registration, identified, caller)
            book.save()
        return found

    def _look_up_answers(self, orders: list[SignUp]) -> None:
        ids = {order.registration_id for order in orders if order.registration_id}
        found = self._app.store.registrations.asked(ids, within=self._book.transaction)
        for key, (registration, asked) in found.items():
            first = answer_of(registration, asked.get("position")) | {"status": asked["status"]}
            self._answers[key] = asked["fingerprint"], first

    def _decide(self, order: SignUp, people: People) -> Outcome:
        """The answer, the one given to this key before, or the broken rule."""
        once, key = order.caller.once, order.registration_id
        if once and key in self._answers:
            fingerprint, answer = self._answers[key]
            return answer if fingerprint == once.fingerprint else KeyReused(
                "this Idempotency-Key was used before to ask for something else"
            )
        try:
            registration, position = self._accept(order, people)
        except BrokenRule as broken:
            return broken
        answer = answer_of(registration, position)
        asked = None
        if once and key:
            self._answers[key] = once.fingerprint, answer
            asked = {"fingerprint": once.fingerprint, "status": registration.status,
                     "position": position}
        self._book.add(registration, asked)
        return answer

    def _check_not_paused(self, party: Identified) -> None:
        book = self._book
        paused = no_shows.paused_until(self._app, party.refs, book.now, within=book.transaction)
        for place, ref in enumerate(party.refs):
            if ref in paused:
                raise Paused(place, until=paused[ref])

    def _accept(self, order: SignUp, people: People) -> tuple[Registration, int | None]:
        book, app = self._book, self._app
        staff = order.caller.staff
        check_open(book.session, book.now, staff=staff)
        party = people.identify(order.party)
        if not staff:
            self._check_not_paused(party)
        check_party(book.session, party.seats, limit=app.policy.party_limit)
        for place, ref in enumerate(party.refs):
            if ref in self._taking_part:
                raise AlreadyRegistered(place)
            kept = self._kept.get(ref)
            held = kept.engagements if kept else ()
            limits.check_free(place, book.session, held, bound=not staff)
        asked = Registration(
            registration_id=order.registration_id or book.transaction.new_id(),
            session_id=book.session.session_id, activity_id=book.session.activity_id,
            party=party.refs, seats=party.seats if any(party.seats) else (),
            household_ref=order.household_ref or party.refs[0], status="waitlisted",
            priority=order.priority, registered_at=book.now,
            consented=not party.guardians, until=consenting.until(book, party),
        )
        asked = replace(asked, made_from=made_from(app, asked.registration_id, order.caller))
        registration = book.enter(asked, order.caller)
        self._taking_part.extend(party.refs)
        people.admit(party)
        self._accepted.append((registration, party, order.caller))
        position = book.position(registration) if registration.status == "waitlisted" else None
        return registration, position
