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
    """A party as asked for; `digests` has each newcomer's keyed hash, None beside a reference."""

    members: tuple[Member, ...]
    digests: tuple[str | None, ...]


def party_of(app: Events, members: Iterable[Member]) -> Party:
    """The party with its hashes: computed once, before any transaction."""
    kept = tuple(members)
    digests = tuple(
        app.vault.digest(each.identity()) if isinstance(each, Newcomer) else None for each in kept
    )
    return Party(members=kept, digests=digests)


@dataclass
class People:
    """The people of several parties within one transaction: two look-ups, however many they are."""

    app: Events
    transaction: Transaction
    known: set[str]
    refs: dict[str, str]
    newcomers: dict[str, tuple[str, Newcomer]] = field(default_factory=dict)
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
        for place, (member, digest) in enumerate(zip(party.members, party.digests, strict=True)):
            ref = self._ref(member, digest, place)
            if ref in refs:
                raise SamePersonTwice(place)
            refs.append(ref)
        return tuple(refs)

    def _ref(self, member: Member, digest: str | None, place: int) -> str:
        if isinstance(member, str):
            if member not in self.known:
                raise UnknownPerson(place)
            return member
        if needs_guardian(member, local_day(self.transaction.now)):
            raise GuardianConsentNeeded(place)
        assert digest is not None
        if digest not in self.refs:
            ref = self.transaction.new_id()
            self.refs[digest] = ref
            self.newcomers[ref] = (digest, member)
        return self.refs[digest]

    def long_known(self, refs: Iterable[str]) -> list[str]:
        """Those who were known before this transaction: only they can be registered already."""
        return [ref for ref in refs if ref not in self.newcomers]

    def admit(self, refs: Iterable[str]) -> None:
        """Marks people whose party was accepted: only of them anything is kept."""
        self.admitted.update((ref, None) for ref in refs if ref in self.newcomers)

    def save(self) -> None:
        """Keeps the admitted newcomers, sealed, and tells their contacts. Raises LostRace."""
        kept = []
        for ref in self.admitted:
            digest, newcomer = self.newcomers[ref]
            contact = json.dumps([newcomer.name, newcomer.phone], ensure_ascii=False)
            kept.append(
                KeptPerson(person_ref=ref, digest=digest, contact=self.app.vault.seal(contact),
                           known_since=self.transaction.now)
            )
            self.transaction.emit(
                ContactRecorded(person_ref=ref, name=newcomer.name, phone=newcomer.phone)
            )
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
