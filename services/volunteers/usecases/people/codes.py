"""The code that opens one's own data: derived, so that it is kept nowhere."""

from __future__ import annotations

from collections.abc import Collection
from hmac import compare_digest

from kernel.vault import Sealing
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import check_tries
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.domain.people.volunteer import Volunteer, is_number
from services.volunteers.store.people.volunteers import reference_key
from services.volunteers.usecases.people.register import HOUR, Register

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that can be mistaken for another
LENGTH = 16  # 79 bits


def code_of(vault: Sealing, serial: str) -> str:
    """The code of a registration or a recovery, e.g. K7QM-…; without the key nobody derives it."""
    number = int(vault.digest(f"volunteer code|{serial}"), 16)
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "-".join("".join(letters[n:n + 4]) for n in range(0, LENGTH, 4))


def own(register: Register, volunteer_no: str, code: str, acting: Acting) -> Volunteer:
    """The volunteer whose code this is, in whatever state but erased.

    Raises UnknownVolunteer for a number nobody has as for a wrong code, TooManyTries after too many
    of either from one address, also for a right code: whoever guesses learns nothing.
    """
    limit = {"most": register.policy.wrong_codes, "seconds": HOUR}
    who = acting.address or "unknown"
    check_tries(register.tries.wait("volunteer code", who, **limit))
    found = register.people.volunteers.one(volunteer_no) if is_number(volunteer_no) else None
    if found is None or found.state == "erased" or not _same(register, found, code):
        register.tries.take("volunteer code", who, **limit)
        raise UnknownVolunteer
    return found


def own_by_account(register: Register, person_refs: Collection[str],
                   volunteer_no: str = "") -> Volunteer:
    """The volunteer of an account that is signed in: the one with this number, or without one the
    first. Raises UnknownVolunteer, also for somebody else's number."""
    keys = [reference_key(ref) for ref in person_refs]
    mine = set(register.people.volunteers.numbers_by(keys).values()) if keys else set()
    for number in sorted(mine) if not volunteer_no else mine & {volunteer_no}:
        found = register.people.volunteers.one(number)
        if found is not None and found.state != "erased":
            return found
    raise UnknownVolunteer


def _same(register: Register, volunteer: Volunteer, code: str) -> bool:
    written = "".join(code.split()).replace("-", "").upper()
    right = code_of(register.vault, volunteer.code_serial).replace("-", "")
    return compare_digest(written.encode("utf-8", "replace"), right.encode())
