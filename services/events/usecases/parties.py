"""Who is in a party: people known by reference, newcomers found by their keyed hash or added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.events import ContactRecorded
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.events.domain.broken import BrokenRule, NotQualified, SamePersonTwice, UnknownPerson
from services.events.domain.limits import engagement
from services.events.domain.person import Guardian, Known, Member, Newcomer, Person, check_age
from services.events.domain.session import Session
from services.events.store.people import KeptPerson
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, number_of, opened, sealed


@dataclass(frozen=True, kw_only=True)
class Typed(Contact):
    """Somebody as typed: with the keyed hashes of who they are and of their telephone, and what is
    kept sealed."""

    digest: str
    number: str
    sealed: Any  # as the vault gave it


@dataclass(frozen=True, kw_only=True)
class PartyMember:
    """One person of a party as asked for: a reference, or a contact with a guardian's."""

    seat: str
    ref: str | None = None
    contact: Typed | None = None
    guardian: Typed | None = None


Party = tuple[PartyMember, ...]


def party_of(vault: Sealing, members: Iterable[Member]) -> Party:
    """The party with hashes and sealed contacts: made once, while another group is committed."""
    return tuple(_member(vault, each) for each in members)


def identities_of(party: Party) -> list[str]:
    """Who takes part, by keyed hash or reference: what tries are counted by."""
    return [each.contact.digest if each.contact else each.ref or "" for each in party]


def _member(vault: Sealing, member: Member) -> PartyMember:
    if isinstance(member, Known):
        return PartyMember(seat=member.seat, ref=member.person_ref)
    return PartyMember(
        seat=member.seat, contact=_typed(vault, member),
        guardian=_typed(vault, member.guardian) if member.guardian else None,
    )


def _typed(vault: Sealing, person: Newcomer | Guardian) -> Typed:
    birth_date = person.birth_date if isinstance(person, Newcomer) else None
    contact = Contact(name=person.name, phone=person.phone, birth_date=birth_date)
    return Typed(
        **vars(contact), digest=vault.digest(person.identity()),
        number=number_of(vault, contact.phone), sealed=sealed(vault, contact),
    )


@dataclass(frozen=True, kw_only=True)
class Identified:
    """A party by references; `guardians` maps each child who needs consent to its guardian."""

    refs: tuple[str, ...]
    seats: tuple[str, ...]
    guardians: Mapping[str, str]


@dataclass
class People:
    """The people of several parties within one transaction: two look-ups, however many they are.

    Newcomers are kept only once their party was admitted, with the session among their
    engagements. Of a child who needs consent nothing is told before it is given (C-25).
    """

    app: Events
    transaction: Transaction
    session: Session
    refs: dict[str, str]
    kept: dict[str, KeptPerson]
    new: dict[str, Typed] = field(default_factory=dict)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    admitted: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, app: Events, parties: Sequence[Party], transaction: Transaction,
           session: Session) -> People:
        """Looks up everybody the parties name."""
        members = [member for party in parties for member in party]
        digests = {
            contact.digest for each in members for contact in (each.contact, each.guardian)
            if contact
        }
        refs = app.store.people.refs_by_digest(digests, within=transaction)
        wanted = {each.ref for each in members if each.ref} | set(refs.values())
        kept = app.store.people.some(wanted, within=transaction)
        return cls(app=app, transaction=transaction, session=session, refs=refs, kept=kept)

    def identified(self, parties: Iterable[Party]) -> Iterator[Identified | BrokenRule]:
        """Each party, or what is wrong with it."""
        for party in parties:
            try:
                yield self.identify(party)
            except BrokenRule as broken:
                yield broken

    def identify(self, party: Party) -> Identified:
        """The party's person_refs, new ones for newcomers.

        Raises UnknownPerson, SamePersonTwice, NotQualified and the rules of age.
        """
        refs: list[str] = []
        guardians: dict[str, str] = {}
        needs = {kind.key: kind.needs for kind in self.session.seats}
        for place, member in enumerate(party):
            person = self._person(place, member)
            if person.person_ref in refs:
                raise SamePersonTwice(place)
            refs.append(person.person_ref)
            self._check_qualified(place, person.person_ref, needs.get(member.seat))
            if check_age(place, person, self.session):
                assert person.guardian_ref is not None
                guardians[person.person_ref] = person.guardian_ref
        seats = tuple(member.seat for member in party)
        return Identified(refs=tuple(refs), seats=seats, guardians=guardians)

    def _check_qualified(self, place: int, ref: str, needed: str | None) -> None:
        held = self.kept[ref].qualifications if ref in self.kept else ()
        if needed is not None and needed not in held:
            raise NotQualified(place, needs=needed)

    def _person(self, place: int, member: PartyMember) -> Person:
        ref = member.ref or self._ref(member.contact)
        guardian_ref = self._ref(member.guardian) if member.guardian else None
        kept = self.kept.get(ref)
        if member.contact is None and (kept is None or kept.contact is None):
            raise UnknownPerson(place)  # also who was forgotten: a pseudonym alone signs nobody up
        if kept is None:
            assert member.contact is not None
            return Person(person_ref=ref, birth_date=member.contact.birth_date,
                          guardian_ref=guardian_ref)
        return self._known(kept, member.contact, guardian_ref)

    def _known(self, kept: KeptPerson, contact: Typed | None,
               guardian_ref: str | None) -> Person:
        """Somebody known: what was told before stays, what was missing is taken."""
        born = opened(self.app.vault, kept).birth_date if kept.is_dated else None
        changes = self.changed.setdefault(kept.person_ref, {})
        if born is None and contact is not None and contact.birth_date is not None:
            born = contact.birth_date
            changes |= {"contact": contact.sealed, "is_dated": True}
        if kept.guardian_ref is None and guardian_ref is not None:
            changes["guardian_ref"] = guardian_ref
        return Person(person_ref=kept.person_ref, birth_date=born,
                      guardian_ref=kept.guardian_ref or guardian_ref)

    def _ref(self, contact: Typed | None) -> str:
        assert contact is not None
        ref = self.refs.get(contact.digest)
        if ref is None:
            ref = self.refs[contact.digest] = self.transaction.new_id()
            self.new[ref] = contact
        return ref

    def admit(self, party: Identified) -> None:
        """Marks the people of an accepted party: only of them anything is kept."""
        for ref in party.refs:
            self.admitted[ref] = ref not in party.guardians
        for child, guardian in party.guardians.items():
            self.admitted.setdefault(guardian, True)
            if child in self.new:
                self.changed.setdefault(child, {})["guardian_ref"] = guardian

    def save(self, taking_part: Sequence[str]) -> None:
        """Keeps newcomers, engages who takes part, tells new contacts. Raises LostRace."""
        engaged = engagement(self.session)
        there = set(taking_part)
        added = []
        for ref, is_told in self.admitted.items():
            if ref not in self.new:
                continue
            contact = self.new[ref]
            person = KeptPerson(
                person_ref=ref, contact=contact.sealed, known_since=self.transaction.now,
                is_dated=contact.birth_date is not None, number=contact.number,
                engagements=(engaged,) if ref in there else (),
            )
            person = replace(person, **self.changed.pop(ref, {}))
            person = replace(person, ward_of=person.guardian_ref)
            if is_told:
                person = replace(person, told=1)
                tell_contact(self.transaction, ref, contact)
            added.append((contact.digest, person))
        for ref, is_told in self.admitted.items():
            if is_told and ref in self.kept:
                self._tell_again(self.kept[ref])
        people, within = self.app.store.people, self.transaction
        people.add(added, within=within)
        people.engage([ref for ref in taking_part if ref in self.kept], engaged, within=within)
        for ref, changes in self.changed.items():
            if changes and ref in self.admitted:
                people.change(ref, changes, within=within)


    def _tell_again(self, kept: KeptPerson) -> None:
        """Who hears contacts forgets them after a while without dealings (N-23): somebody who comes
        back is told anew."""
        since, now = kept.told_at or kept.known_since, self.transaction.now
        if not kept.told or kept.contact is None or now - since < self.app.policy.told_again:
            return
        number = kept.told + 1
        changes = self.changed.setdefault(kept.person_ref, {})
        changes |= {"told": number, "told_at": now}
        contact = opened(self.app.vault, kept)
        tell_contact(self.transaction, kept.person_ref, contact, sequence=number)


def tell_contact(transaction: Transaction, person_ref: str, contact: Contact,
                 *, sequence: int = 1) -> None:
    """A fact about a person's contact; their document counts them (`told`)."""
    fact = ContactRecorded(person_ref=person_ref, name=contact.name, phone=contact.phone)
    transaction.emit(fact, sequence=sequence)
