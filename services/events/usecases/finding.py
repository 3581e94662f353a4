"""Finding somebody at the desk who has no ticket at hand: a term is needed, little is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from logging import getLogger

from kernel.metrics import count
from kernel.rights import Sight
from kernel.transaction import Transaction
from services.events.domain import ticket
from services.events.domain.registration import Registration
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, contacts_of, seen
from services.events.usecases.seeing import saw

log = getLogger(__name__)

SHORTEST = 2
LOOKS = Sight(names=True)  # a term fits names in the clear, whatever is shown of them
MOST = 20
_PHONE_END = re.compile(r"\d{4,11}")
_ID_START = re.compile(r"[0-9a-f]{4,32}")


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """A party that was found; `phone_ends` are the last four digits of each telephone."""

    registration_id: str
    names: tuple[str, ...]
    phone_ends: tuple[str, ...]
    size: int
    attended: bool


def find_attendees(app: Events, session_id: str, term: str, *, sight: Sight) -> list[Attendee]:
    """At most MOST parties with a place that the term fits, in order of arrival.

    `term`: part of a name (2 characters or more), the last 4 or more digits of a telephone, or
    the beginning (4 or more) of a registration's id or its ticket. Names are looked for in the
    clear and shown as `sight` says. Whether the caller may see anybody of this session is decided
    before. Raises UnknownSession.
    """

    def work(transaction: Transaction) -> tuple[list[Registration], dict[str, Contact]]:
        app.store.sessions.one(session_id, within=transaction)
        registrations = app.store.registrations.confirmed(session_id, within=transaction)
        people = {ref for each in registrations for ref in each.party}
        contacts = contacts_of(app, people, sight=LOOKS, within=transaction)
        return _found(registrations, contacts, " ".join(term.split())), contacts

    found, contacts = app.transactions.look(work)
    named = {ref: contacts[ref] for each in found for ref in each.party if ref in contacts}
    saw(app, named)
    count("xiangxin_desk_searches_total", found="some" if found else "none")
    log.info("desk of session %s: search with %d found", session_id, len(found))
    shown = {ref: seen(contact, sight) for ref, contact in named.items()}
    return [_attendee(each, _party(each, shown)) for each in found]


def _found(registrations: Iterable[Registration], contacts: dict[str, Contact],
           term: str) -> list[Registration]:
    fitting = (each for each in registrations if _fits(each, _party(each, contacts), term))
    return list(islice(fitting, MOST))


def _party(registration: Registration, contacts: dict[str, Contact]) -> list[Contact]:
    return [contacts[ref] for ref in registration.party if ref in contacts]


def _attendee(registration: Registration, party: list[Contact]) -> Attendee:
    return Attendee(
        registration_id=registration.registration_id, size=registration.size,
        attended=registration.attended, names=tuple(contact.name for contact in party),
        phone_ends=tuple(contact.phone[-4:] for contact in party),
    )


def _fits(registration: Registration, party: list[Contact], term: str) -> bool:
    if len(term) < SHORTEST:
        return False
    if any(term.casefold() in contact.name.casefold() for contact in party):
        return True
    if _PHONE_END.fullmatch(term) and any(contact.phone.endswith(term) for contact in party):
        return True
    start = ticket.plain(term)
    if ticket.looks_like_ticket(start):
        start = start.split(".")[1]
    return bool(_ID_START.fullmatch(start.lower())) and (
        registration.registration_id.startswith(start.lower())
    )
