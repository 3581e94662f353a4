"""Finding somebody at the desk who has no ticket at hand: a term is needed, little is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from logging import getLogger

from kernel.metrics import count
from kernel.rights import Sight
from kernel.transaction import Transaction
from services.events.domain import ticket
from services.events.domain.registration import Registration
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, contacts_of, seen

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

    def work(transaction: Transaction) -> list[Attendee]:
        app.store.sessions.one(session_id, within=transaction)
        registrations = app.store.registrations.confirmed(session_id, within=transaction)
        people = {ref for each in registrations for ref in each.party}
        contacts = contacts_of(app, people, sight=LOOKS, within=transaction)
        return _found(registrations, contacts, " ".join(term.split()), sight)

    found = app.transactions.run(work)
    count("xiangxin_desk_searches_total", found="some" if found else "none")
    log.info("desk of session %s: search with %d found", session_id, len(found))
    return found


def _found(registrations: Iterable[Registration], contacts: dict[str, Contact],
           term: str, sight: Sight) -> list[Attendee]:
    found: list[Attendee] = []
    for each in registrations:
        party = [contacts[ref] for ref in each.party if ref in contacts]
        if len(found) < MOST and _fits(each, party, term):
            found.append(Attendee(
                registration_id=each.registration_id, size=each.size, attended=each.attended,
                names=tuple(seen(contact, sight).name for contact in party),
                phone_ends=tuple(contact.phone[-4:] for contact in party),
            ))
    return found


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
