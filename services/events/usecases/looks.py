"""Looks at minors' data (查阅单): asked for with a reason, decided by other eyes, then open to the
one who asked for a while; each export that makes use of one is kept with its number (C-28)."""

from __future__ import annotations

from typing import Any

from kernel.acting import Acting
from kernel.answers import Answer, Once
from kernel.asking import decided
from kernel.transaction import Transaction
from services.events.domain.broken import TicketNeeded, UnknownLook, UnknownReference
from services.events.domain.look import Look, LookKind, check_decider
from services.events.usecases.application import Events
from services.events.usecases.contacts import opened
from services.events.usecases.seeing import minors_of


def ask(app: Events, kind: LookKind, about: str, *, reason: str, acting: Acting,
        once: Once | None = None) -> Answer:
    """Asks; other eyes decide. Answers {request_id, state, about, until}. Raises UnknownSession,
    UnknownReference."""
    def work(transaction: Transaction) -> Answer:
        if kind == "roster":
            app.store.sessions.one(about, within=transaction)
        elif not app.store.people.some([about], within=transaction):
            raise UnknownReference(about)
        look = Look(request_id=transaction.new_id(), kind=kind, about=about, reason=reason,
                    asked_by=acting.actor, asked_at=transaction.now)
        app.store.looks.add(look, within=transaction)
        transaction.note({}, {"look": look.request_id, "about": about})
        return _answer(look)

    return app.transactions.write(once, work)


def decide(app: Events, request_id: str, *, approve: bool, reason: str, acting: Acting,
           once: Once | None = None) -> Answer:
    """Approves for a while, or refuses. Raises UnknownLook, LookDecided, SelfMade."""
    def work(transaction: Transaction) -> Answer:
        look = app.store.looks.one(request_id, within=transaction)
        if look is None:
            raise UnknownLook
        check_decider(look, acting)
        after = decided(look, approve=approve, reason=reason, by=acting.actor,
                        now=transaction.now, lasts=app.policy.look_lasts)
        app.store.looks.replace(after, within=transaction)
        transaction.note({"look": request_id, "state": look.state},
                         {"look": request_id, "state": after.state, "about": look.about})
        return _answer(after)

    return app.transactions.write(once, work)


def ticket(app: Events, about: str, actor: str) -> Look | None:
    """The approved look of this member at it that still holds."""
    now = app.clock()
    return next((each for each in app.store.looks.of(about, actor) if each.holds(actor, now)), None)


def check_person(app: Events, person_ref: str, actor: str) -> Look | None:
    """The ticket with which a member takes along what is kept of a minor; None for who is of age.
    Raises TicketNeeded."""
    person = app.store.people.some([person_ref]).get(person_ref)
    if person is None or person.contact is None:
        return None
    if not minors_of(app, {person_ref: opened(app.vault, person)}):
        return None
    found = ticket(app, person_ref, actor)
    if found is None:
        raise TicketNeeded
    return found


def pending(app: Events) -> list[Look]:
    """Those that wait for other eyes, the oldest first."""
    return app.store.looks.pending()


def _answer(look: Look) -> dict[str, Any]:
    return {"request_id": look.request_id, "state": look.state, "about": look.about,
            "until": look.until and look.until.isoformat()}
