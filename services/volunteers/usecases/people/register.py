"""The register as one value: what its use cases need, and how they find, open and write."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from kernel.answers import Answer, Once
from kernel.clock import Clock, local_day, system_clock
from kernel.transaction import Transaction, Transactions
from kernel.tries import Tries
from kernel.vault import Sealing
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import check_tries
from services.volunteers.domain.people.broken import ProcessingStopped, UnknownVolunteer
from services.volunteers.domain.people.volunteer import Identity, Volunteer
from services.volunteers.store.people import People
from services.volunteers.store.people.volunteers import reference_key

HOUR, DAY = 3600, 86_400  # seconds


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long each class is kept (C-31); None: until the person deletes it."""

    requests: timedelta = timedelta(days=90)
    reads: timedelta = timedelta(days=3 * 366)
    stopped: timedelta = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Values that the department may change."""

    registrations_per_address: int = 20  # an hour
    registrations_per_document: int = 5  # a day
    wrong_codes: int = 10  # of one address, an hour
    oldest: int = 120  # years
    ticket: timedelta = timedelta(hours=24)
    dangerous: frozenset[str] = frozenset()
    receivers: tuple[str, ...] = ()
    grades: tuple[str, ...] = ("优秀", "良好", "合格", "不合格")
    retention: Retention = field(default_factory=Retention)


@dataclass(frozen=True, kw_only=True)
class Register:
    """What the use cases of the register work with."""

    transactions: Transactions
    people: People
    vault: Sealing
    clock: Clock = system_clock
    policy: Policy = field(default_factory=Policy)
    tries: Tries = field(default_factory=Tries)

    def today(self) -> date:
        """The local day."""
        return local_day(self.clock())

    def write(self, once: Once | None, work: Callable[[Transaction], Answer]) -> Answer:
        """The answer of `work`; with a key, the same answer however often it is asked.

        What is kept of the key is a keyed hash: its fingerprint is one of a body with somebody's
        number, which could be found by trying all there are.
        """
        kept = once and Once(self.vault.digest(once.key), self.vault.digest(once.fingerprint))
        return self.transactions.write(kept, work)

    def take(self, kind: str, who: str | None, *, most: int, seconds: int) -> None:
        """Counts a try of somebody who came through a door. Raises TooManyTries."""
        if who is not None:
            check_tries(self.tries.take(kind, who, most=most, seconds=seconds))

    def take_document(self, kind: str, digest: str, acting: Acting, once: Once | None) -> None:
        """Counts a try with a document by a resident; the same asked again with the same key is
        one try, so that a lost connection costs nobody a turn. Raises TooManyTries."""
        if acting.staff or (once and self._is_repeated(digest, once)):
            return
        self.take(kind, digest, most=self.policy.registrations_per_document, seconds=DAY)

    def _is_repeated(self, digest: str, once: Once) -> bool:
        asked = f"{digest} {once.key} {once.fingerprint}"
        return self.tries.take("asked", asked, most=1, seconds=DAY) > 0

    def opened(self, volunteer_no: str, *, within: Transaction | None = None) -> Identity:
        """The identity behind the number. Raises ProcessingStopped when it was erased."""
        sealed = self.people.volunteers.identity(volunteer_no, within=within)
        if sealed is None:
            raise ProcessingStopped
        fields: dict[str, Any] = json.loads(self.vault.open(sealed))
        fields["birth_date"] = date.fromisoformat(fields["birth_date"])
        return Identity(**fields)

    def sealed(self, identity: Identity) -> Any:
        """The identity as it is kept."""
        return self.vault.seal(json.dumps(asdict(identity), default=date.isoformat))

    def active(self, volunteer_no: str, *, within: Transaction | None = None) -> Volunteer:
        """Somebody whose data may be processed. Raises UnknownVolunteer, ProcessingStopped."""
        found = self.known(volunteer_no, within=within)
        if found.state != "active":
            raise ProcessingStopped
        return found

    def known(self, volunteer_no: str, *, within: Transaction | None = None) -> Volunteer:
        """Whoever has the number, in whatever state. Raises UnknownVolunteer."""
        found = self.people.volunteers.one(volunteer_no, within=within)
        if found is None:
            raise UnknownVolunteer
        return found

    def references(self, person_ref: str) -> tuple[str, ...]:
        """All references of the person who has this one; alone when nobody registered with it.

        Whatever is summed up for a person is summed up for all of them (C-35): nothing is
        rewritten when an account is recovered under another reference.
        """
        found = self.registered(person_ref)
        return found.person_refs if found else (person_ref,)

    def persons(self, person_refs: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The same for many at once, by reference, in two questions."""
        keys = {reference_key(ref): ref for ref in person_refs}
        numbers = {keys[key]: number
                   for key, number in self.people.volunteers.numbers_by(keys).items()}
        known = self.people.volunteers.person_refs(set(numbers.values()))
        return {ref: known.get(numbers.get(ref, ""), (ref,)) for ref in person_refs}

    def registered(self, person_ref: str) -> Volunteer | None:
        """The volunteer who has this reference, in whatever state."""
        number = self.people.volunteers.number_by(reference_key(person_ref))
        return self.people.volunteers.one(number) if number else None
