"""Qualifications and insurances: recorded, verified by other eyes, told while they hold (C-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from contracts.volunteers import QualificationExpired, QualificationRecorded
from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import AlreadyDecided
from services.volunteers.domain.people import records as rules
from services.volunteers.domain.people.broken import (
    BadField,
    BarredForMinors,
    InsuranceNeeded,
    UnknownRecord,
)
from services.volunteers.domain.people.records import Kind, Known, Record
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.usecases.people.lines import new_record
from services.volunteers.usecases.people.register import Register

AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A qualification or an insurance with its standing today; `until` is its last day."""

    known: Known
    standing: rules.Standing


def record(register: Register, volunteer_no: str, kind: Kind, values: Mapping[str, Any], *,
           evidence: str | None, acting: Acting, once: Once | None = None) -> Answer:
    """Adds a line: training, honour, rating, qualification or insurance (C-03: none is hours).

    Answers `{record_id, kind, verified}`. A qualification or an insurance counts only once other
    eyes have verified it. Raises UnknownVolunteer, ProcessingStopped, BadField for a grade that is
    none of RATING_GRADES.
    """
    if kind == "rating" and values["grade"] not in register.policy.grades:
        raise BadField("grade", f"应为其中之一：{'、'.join(register.policy.grades)}")

    def work(transaction: Transaction) -> Answer:
        register.active(volunteer_no, within=transaction)
        line = new_record(volunteer_no, kind, values, acting, transaction, evidence=evidence)
        register.people.records.add(line, within=transaction)
        return {"record_id": line.record_id, "kind": kind,
                "verified": False if kind in rules.NEEDS_EYES else None}

    return register.write(once, work)


def verify(register: Register, volunteer_no: str, record_id: str, *, evidence: str,
           acting: Acting, once: Once | None = None) -> Answer:
    """Other eyes have seen the paper; from now on it counts, and what holds is told.

    Raises UnknownVolunteer, UnknownRecord, AlreadyDecided, SelfMade, SelfConcerned (C-17),
    BarredForMinors and InsuranceNeeded for a qualification of a dangerous post (C-26).
    """
    def work(transaction: Transaction) -> Answer:
        volunteer = register.active(volunteer_no, within=transaction)
        lines = register.people.records.of(volunteer_no, within=transaction)
        known = _one(lines, record_id)
        if known.verified or known.withdrawn or known.record.kind not in rules.NEEDS_EYES:
            raise AlreadyDecided
        check_eyes(acting, maker=Acting(actor=known.record.by), concerned=volunteer.person_refs)
        _check_danger(register, volunteer, known.record, lines, transaction)
        line = new_record(volunteer_no, "verification", {}, acting, transaction, evidence=evidence,
                     of=record_id)
        lines += register.people.records.add(line, within=transaction)
        _tell(register, volunteer, lines, transaction)
        return {"record_id": record_id, "kind": known.record.kind, "verified": True}

    return register.write(once, work)


def withdraw(register: Register, volunteer_no: str, record_id: str, *, reason: str,
             acting: Acting, once: Once | None = None) -> Answer:
    """Takes a line back by another line; what no longer holds is told.

    Raises UnknownVolunteer, UnknownRecord, AlreadyDecided, SelfConcerned.
    """
    def work(transaction: Transaction) -> Answer:
        volunteer = register.active(volunteer_no, within=transaction)
        lines = register.people.records.of(volunteer_no, within=transaction)
        known = _one(lines, record_id)
        if known.withdrawn:
            raise AlreadyDecided
        check_eyes(acting, concerned=volunteer.person_refs)
        line = new_record(volunteer_no, "withdrawal", {"reason": reason}, acting, transaction,
                     of=record_id)
        lines += register.people.records.add(line, within=transaction)
        _tell(register, volunteer, lines, transaction, reason="withdrawn")
        return {"record_id": record_id, "kind": known.record.kind, "verified": None}

    return register.write(once, work)


def papers(register: Register, volunteer_no: str) -> list[Paper]:
    """Qualifications and insurances as they stand today. Raises UnknownVolunteer."""
    return [each for each in _standing(register, volunteer_no)
            if each.known.record.kind in rules.NEEDS_EYES]


def record_of(register: Register, volunteer_no: str, record_id: str) -> Paper:
    """One line of whatever kind; the standing counts for papers only.

    Raises UnknownVolunteer, UnknownRecord.
    """
    for each in _standing(register, volunteer_no):
        if each.known.record.record_id == record_id:
            return each
    raise UnknownRecord


def _standing(register: Register, volunteer_no: str) -> list[Paper]:
    register.known(volunteer_no)
    lines = rules.known(register.people.records.of(volunteer_no))
    today = register.today()
    held = _held(register, volunteer_no, lines, today)
    return [Paper(known=line, standing=rules.standing(line, today, held=held)) for line in lines]


def sweep(register: Register) -> int:
    """Tells what ran out since the last time; of how many volunteers. Safe to repeat and to run in
    several processes at once."""
    numbers = register.people.volunteers.ending_before(register.today(), limit=AT_ONCE)
    for number in numbers:
        register.transactions.run(partial(_again, register, number))
    return len(numbers)


def _again(register: Register, volunteer_no: str, transaction: Transaction) -> None:
    volunteer = register.known(volunteer_no, within=transaction)
    lines = register.people.records.of(volunteer_no, within=transaction)
    _tell(register, volunteer, lines, transaction)


def tell_held(volunteer: Volunteer, transaction: Transaction, *, to: Sequence[str]) -> None:
    """Tells what is held of references that were bound later."""
    for ref in to:
        for key, last in volunteer.held.items():
            transaction.emit(QualificationRecorded(person_ref=ref, qualification=key,
                                                   valid_until=last))


def forget_held(volunteer: Volunteer, transaction: Transaction) -> None:
    """Tells that nothing is held any more: the person was deleted, or processing stopped."""
    for ref in volunteer.person_refs:
        for key in volunteer.held:
            transaction.emit(QualificationExpired(person_ref=ref, qualification=key,
                                                  reason="forgotten"))


def _tell(register: Register, volunteer: Volunteer, lines: list[Record],
          transaction: Transaction, *, reason: str = "expired") -> None:
    """What holds now is kept with the volunteer, and the difference is told of each reference."""
    today = local_day(transaction.now)
    now = _held(register, volunteer.volunteer_no, rules.known(lines), today, within=transaction)
    before = volunteer.held
    for ref in volunteer.person_refs:
        for key in sorted(set(before) - set(now)):
            transaction.emit(QualificationExpired(
                person_ref=ref, qualification=key, reason=reason,  # type: ignore[arg-type]
            ))
        for key, last in sorted(now.items()):
            if key not in before or before[key] != last:
                transaction.emit(QualificationRecorded(person_ref=ref, qualification=key,
                                                       valid_until=last))
    register.people.volunteers.replace(replace(volunteer, held=now), within=transaction)


def _held(register: Register, volunteer_no: str, lines: Sequence[Known], day: date, *,
          within: Transaction | None = None) -> dict[str, date | None]:
    dangerous = register.policy.dangerous
    keys = {line.record.values.get("key") for line in lines}
    adult = True
    if dangerous & keys:  # only then the birth date matters, and the identity is opened
        sealed = register.people.volunteers.identity(volunteer_no, within=within)
        adult = sealed is not None and not register.opened(
            volunteer_no, within=within).is_minor(day)
    return rules.held(lines, day, dangerous=dangerous, adult=adult)


def _check_danger(register: Register, volunteer: Volunteer, paper: Record,
                  lines: list[Record], transaction: Transaction) -> None:
    if paper.kind != "qualification" or paper.values["key"] not in register.policy.dangerous:
        return
    today = local_day(transaction.now)
    if register.opened(volunteer.volunteer_no, within=transaction).is_minor(today):
        raise BarredForMinors
    if rules.insured_until(rules.known(lines), today) is None:
        raise InsuranceNeeded(today)


def _one(lines: list[Record], record_id: str) -> Known:
    found = [each for each in rules.known(lines) if each.record.record_id == record_id]
    if not found:
        raise UnknownRecord
    return found[0]
