"""One person before a caseworker: who it is as far as may be seen, and what can be done for them
(C-28, C-29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.rights import Sight
from services.events.domain.broken import TicketNeeded, UnknownReference
from services.events.domain.family import is_minor
from services.events.domain.look import Look
from services.events.usecases import looks
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, opened, seen
from services.events.usecases.family.guarding import without_guardian
from services.events.usecases.seeing import saw


@dataclass(frozen=True, kw_only=True)
class Case:
    """`contact` is None once it was erased, and masked of a minor without an approved look.

    `may_take`: what is kept may be taken along. `asked` are the caseworker's own looks at this
    person. Of a child (known to be under eighteen) `is_alone` says that nobody may act for it.
    """

    person_ref: str
    known_since: datetime
    contact: Contact | None
    may_take: bool
    asked: Sequence[Look]
    is_child: bool
    is_alone: bool


def case_of(app: Events, person_ref: str, actor: str) -> Case:
    """The person as this caseworker may see them; a minor's name that is shown is kept in the audit
    log with the look that allows it (C-28). Raises UnknownReference, Unavailable."""
    person = app.store.people.some([person_ref]).get(person_ref)
    if person is None:
        raise UnknownReference(person_ref)
    contact = opened(app.vault, person) if person.contact is not None else None
    is_child = contact is not None and is_minor(contact.birth_date, app.clock())
    try:
        ticket, may_take = looks.check_person(app, person_ref, actor), True
    except TicketNeeded:
        ticket, may_take = None, False
    if contact is not None:
        if ticket is not None:
            saw(app, {person_ref: contact}, ticket=ticket.request_id)
        contact = seen(contact, Sight(names=may_take))
    alone = {each.person_ref for each in without_guardian(app)} if is_child else set()
    return Case(person_ref=person_ref, known_since=person.known_since, contact=contact,
                may_take=may_take, asked=app.store.looks.of(person_ref, actor),
                is_child=is_child, is_alone=person_ref in alone)
