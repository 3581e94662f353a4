"""A volunteer's whole record in the order of Order 67 (民政部令第67号) Art. 5 to 9."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kernel.contact import masked_number, masked_phone
from services.volunteers.domain import Entry
from services.volunteers.domain.people import records as rules
from services.volunteers.domain.people.document import TITLES
from services.volunteers.domain.people.records import Known, Record
from services.volunteers.domain.people.volunteer import Identity, Volunteer
from services.volunteers.usecases.people import consenting
from services.volunteers.usecases.people.qualifying import Paper, papers
from services.volunteers.usecases.people.register import Register


@dataclass(frozen=True, kw_only=True)
class Basic:
    """Art. 5 个人基本信息, as far as the register has it; numbers masked (C-30).

    Everything of the identity is None once it was erased; the document's number also without the
    consent to keep it (C-27).
    """

    volunteer_no: str
    person_refs: tuple[str, ...]
    registered_at: datetime
    state: str
    name: str | None = None
    birth_date: date | None = None
    document_type: str | None = None
    document_number: str | None = None
    phone: str | None = None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Whole:
    """The parts in the order of the articles: 5 basic, 6 entries, 7 training, 8 honours, 9 ratings;
    then, by Art. 4, what else belongs to it: papers."""

    basic: Basic
    entries: Sequence[Entry]
    training: Sequence[Known]
    honours: Sequence[Known]
    ratings: Sequence[Known]
    papers: Sequence[Paper]

    @property
    def minutes(self) -> int:
        """Exact; hours are rounded once, where they are printed (C-02)."""
        return sum(entry.minutes for entry in self.entries)


def whole(register: Register, volunteer: Volunteer, identity: Identity | None,
          entries: Sequence[Entry]) -> Whole:
    """The record of a volunteer whose identity was opened for this look, and of whom these are the
    ledger's lines under all references."""
    number = volunteer.volunteer_no
    records = register.people.records.of(number)
    lines = rules.known(records)

    def of(kind: str) -> list[Known]:
        return [line for line in lines if line.record.kind == kind]

    return Whole(
        basic=_basic(register, volunteer, identity, records),
        entries=sorted(entries, key=lambda each: (each.session.starts_at, each.entry_id)),
        training=of("training"), honours=of("honour"), ratings=of("rating"),
        papers=papers(register, number),
    )


def _basic(register: Register, volunteer: Volunteer, identity: Identity | None,
           records: Sequence[Record]) -> Basic:
    basic = Basic(
        volunteer_no=volunteer.volunteer_no, person_refs=volunteer.person_refs,
        registered_at=volunteer.registered_at, state=volunteer.state,
    )
    if identity is None:
        return basic
    may_number = consenting.may(register, volunteer.volunteer_no, "id_number")
    told = [each for each in records if each.kind == "skills"]
    return Basic(
        **{**vars(basic), "name": identity.name, "birth_date": identity.birth_date,
           "document_type": TITLES[identity.document_type],
           "document_number": masked_number(identity.number)
           if identity.number and may_number else None,
           "phone": masked_phone(identity.phone),
           "skills": tuple(told[-1].values["skills"]) if told else ()},
    )
