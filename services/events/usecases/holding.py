"""Who may act on a registration: who holds it, never whoever read its id in a fact (0020)."""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest

from services.events.domain.broken import NotHolder, UnknownRegistration
from services.events.domain.registration import Registration
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.contacts import number_of
from services.events.usecases.limiting import guarded
from services.events.usecases.registrations import Found, find_by_code

KEY_LENGTH = 20  # hexadecimal characters, 80 bits


def key_of(app: Events, registration_id: str) -> str:
    """The secret of a registration, told to who signed up and never in a fact; kept nowhere."""
    return app.vault.digest(f"registration key|{registration_id}")[:KEY_LENGTH]


def made_from(app: Events, registration_id: str, caller: Caller) -> str | None:
    """Where a registration is made from, as kept: nothing can be read from it."""
    if not caller.address:
        return None
    return app.vault.digest(f"made from|{registration_id}|{caller.address}")[:KEY_LENGTH]


def check_holder(app: Events, registration: Registration, caller: Caller) -> None:
    """Staff; who has the key; the account of somebody in the party; a program where it signed the
    party up from. One made before keys, or not through a door, is open as it was.

    Raises NotHolder.
    """
    if caller.staff or not caller.address or registration.made_from is None:
        return
    key = key_of(app, registration.registration_id)
    if any(compare_digest(key.encode(), each.encode("utf-8", "replace")) for each in caller.keys):
        return
    if not caller.person_refs.isdisjoint(registration.party):
        return
    made = made_from(app, registration.registration_id, caller)
    if caller.is_program and made == registration.made_from:
        return
    raise NotHolder


def holds(app: Events, registration: Registration, caller: Caller) -> bool:
    """The same as a question."""
    try:
        check_holder(app, registration, caller)
    except NotHolder:
        return False
    return True


def prove(app: Events, code: str, phone: str, *, caller: Caller) -> Found:
    """The registration with this number (编号), for who knows a telephone of its party, or of a
    guardian. Wrong ones count against the address. Raises UnknownRegistration, TooManyTries."""
    found = find_by_code(app, code, caller=caller)
    number = number_of(app.vault, phone)

    def right() -> Found:
        if number not in _numbers(app, found.registration.party):
            raise UnknownRegistration(code)
        return found

    return guarded(app, caller, right)


def _numbers(app: Events, party: Iterable[str]) -> set[str | None]:
    people = app.store.people.some(party)
    guardians = {each.guardian_ref for each in people.values() if each.guardian_ref}
    known = [*people.values(), *app.store.people.some(guardians).values()]
    return {each.number for each in known if each.number}
