"""Who is in a party: people known by reference, newcomers found by their keyed hash or added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contracts.events import ContactRecorded
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.events.domain.broken import (
    BrokenRule,
    GuardianConsentNeeded,
    SamePersonTwice,
    UnknownPerson,
)
from services.events.domain.person import Member, Newcomer, needs_guardian
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events


@dataclass(frozen=True, kw_only=True)
class Party:
    """A party as asked for; each newcomer's keyed hash and sealed contact, None beside a ref."""

    members: tuple[Member, ...]
    digests: tuple[str | None, ...]
    contacts: tuple[bytes | None, ...]


def party_of(app: Events, members: Iterable[Member]) -> Party:
    """The party with hashes and sealed contacts: made once, while another group is committed."""
    kept = tuple(members)
    newcomers = [each if isinstance(each, Newcomer) else None for each in kept]
    return Party(
        members=kept,
        digests=tuple(app.vault.digest(each.identity()) if each else None for each in newcomers),
        contacts=tuple(app.vault.seal(_contact(each)) if each else None for each in newcomers),
    )


def _contact(newcomer: Newcomer) -> str:
    return json.dumps([newcomer.name, newcomer.phone], ensure_ascii=False)


@dataclass
class People:
    """The people of several parties within one transaction: two look-ups, however many they are."""

    app: Events
    transaction: Transaction
    known: set[str]
    refs: dict[str, str]
    newcomers: dict[str, tuple[Newcomer, KeptPerson]] = field(default_factory=dict)
    admitted: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Events, parties: Sequence[Party], transaction: Transaction) -> People:
        """Looks up everybody the parties name."""
        digests = {each for party in parties for each in party.digests if each}
        refs = {each for party in parties for each in party.members if isinstance(each, str)}
        return cls(
            app=app, transaction=transaction,
            known=app.store.people.known(refs, within=transaction),
            refs=app.store.people.refs_by_digest(digests, within=transaction),
        )

    def identify(self, party: Party) -> tuple[str, ...]:
        """The party's person_refs, new ones for newcomers.

        Raises UnknownPerson, SamePersonTwice, GuardianConsentNeeded.
        """
        refs: list[str] = []
        for place in range(len(party.members)):
            ref = self._ref(party, place)
            if ref in refs:
                raise SamePersonTwice(place)
            refs.append(ref)
        return tuple(refs)

    def _ref(self, party: Party, place: int) -> str:
        member, digest, contact = (
            party.members[place], party.digests[place], party.contacts[place]
        )
        if isinstance(member, str):
            if member not in self.known:
                raise UnknownPerson(place)
            return member
        if needs_guardian(member, local_day(self.transaction.now)):
            raise GuardianConsentNeeded(place)
        assert digest is not None and contact is not None
        if digest not in self.refs:
            ref = self.refs[digest] = self.transaction.new_id()
            kept = KeptPerson(person_ref=ref, digest=digest, contact=contact,
                              known_since=self.transaction.now)
            self.newcomers[ref] = (member, kept)
        return self.refs[digest]

    def long_known(self, refs: Iterable[str]) -> list[str]:
        """Those who were known before this transaction: only they can be registered already."""
        return [ref for ref in refs if ref not in self.newcomers]

    def admit(self, refs: Iterable[str]) -> None:
        """Marks people whose party was accepted: only of them anything is kept."""
        self.admitted.update((ref, None) for ref in refs if ref in self.newcomers)

    def save(self) -> None:
        """Keeps the admitted newcomers, sealed, and tells their contacts. Raises LostRace."""
        for ref in self.admitted:
            newcomer, _ = self.newcomers[ref]
            self.transaction.emit(
                ContactRecorded(person_ref=ref, name=newcomer.name, phone=newcomer.phone)
            )
        kept = [self.newcomers[ref][1] for ref in self.admitted]
        self.app.store.people.add(kept, within=self.transaction)


def identified(people: People, parties: Iterable[Party]) -> list[tuple[str, ...] | BrokenRule]:
    """Each party's person_refs, or the rule it breaks."""
    outcomes: list[tuple[str, ...] | BrokenRule] = []
    for party in parties:
        try:
            outcomes.append(people.identify(party))
        except BrokenRule as broken:
            outcomes.append(broken)
    return outcomes
