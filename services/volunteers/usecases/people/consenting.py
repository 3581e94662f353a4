"""Giving and taking back consent, and the one question whether a purpose may be served (C-27)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from contracts.volunteers import ConsentChanged
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people import consent
from services.volunteers.domain.people.consent import Word
from services.volunteers.domain.people.records import Record
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.texts import texts
from services.volunteers.usecases.people.lines import new_record
from services.volunteers.usecases.people.qualifying import forget_held
from services.volunteers.usecases.people.register import Register

TOLD = frozenset({"marketing_sms"})  # purposes that another service serves


def text_of(purpose: str) -> str:
    """What is read before one agrees to the purpose."""
    told = texts()
    if purpose.startswith(consent.SHARING):
        return told.sharing.format(receiver=purpose.removeprefix(consent.SHARING))
    return told.purposes[purpose]


def toggles(register: Register, volunteer_no: str) -> list[dict[str, Any]]:
    """Every toggle as `{purpose, text, given, version, at}`; off where nothing was said.

    `version` and `at` are those of the last word, None without one.
    """
    words = consent.standing(words_of(register.people.records.of(volunteer_no)))
    return [
        {"purpose": purpose, "text": text_of(purpose),
         "given": bool(word and word.given), "version": word and word.version,
         "at": word and word.at}
        for purpose in consent.purposes(register.policy.receivers)
        for word in [words.get(purpose)]
    ]


def set_toggle(register: Register, volunteer: Volunteer, purpose: str, *, given: bool,
               version: str, acting: Acting, once: Once | None = None) -> Answer:
    """Gives or takes back one consent; it counts from the next use.

    Without the consent to keep it the document's number is erased at once; its keyed hash stays, so
    that the person still is one volunteer. Raises UnknownPurpose, OldText, ProcessingStopped.
    """
    number = volunteer.volunteer_no
    consent.check_word(purpose, version, given=given, current=texts().version,
                       receivers=register.policy.receivers)

    def work(transaction: Transaction) -> Answer:
        refs = register.active(number, within=transaction).person_refs
        line = new_record(number, "consent",
                          {"purpose": purpose, "given": given, "version": version}, acting,
                          transaction)
        register.people.records.add(line, within=transaction)
        if purpose == "id_number" and not given:
            identity = replace(register.opened(number, within=transaction), number=None)
            register.people.volunteers.seal(number, register.sealed(identity), within=transaction)
        if purpose in TOLD:
            _tell(refs, purpose, transaction, given=given, version=version)
        return {"purpose": purpose, "given": given, "version": version}

    return register.write(once, work)


def may(register: Register, volunteer_no: str, purpose: str) -> bool:
    """Whether the purpose may be served now: asked anew before each use, never remembered."""
    volunteer = register.people.volunteers.one(volunteer_no)
    if volunteer is None or volunteer.state != "active":
        return False
    return consent.is_given(words_of(register.people.records.of(volunteer_no)), purpose)


def tell_consents(register: Register, volunteer: Volunteer, transaction: Transaction, *,
                  to: Iterable[str]) -> None:
    """Tells references that were bound later what was given before."""
    lines = register.people.records.of(volunteer.volunteer_no, within=transaction)
    for purpose, word in consent.standing(words_of(lines)).items():
        if purpose in TOLD and word.given:
            _tell(to, purpose, transaction, given=True, version=word.version)


def forget_consents(register: Register, volunteer: Volunteer, transaction: Transaction) -> None:
    """Tells that what was given holds no more: the person was deleted, or processing stopped."""
    if volunteer.state != "active":  # it was told then
        return
    lines = register.people.records.of(volunteer.volunteer_no, within=transaction)
    for purpose, word in consent.standing(words_of(lines)).items():
        if purpose in TOLD and word.given:
            _tell(volunteer.person_refs, purpose, transaction, given=False, version=word.version)


def _tell(refs: Iterable[str], purpose: str, transaction: Transaction, *, given: bool,
          version: str) -> None:
    for ref in refs:
        transaction.emit(ConsentChanged(
            person_ref=ref, purpose=purpose,  # type: ignore[arg-type]
            given=given, text_version=version,
        ))


def words_of(records: Iterable[Record]) -> list[Word]:
    """The consents among the records."""
    return [
        Word(purpose=each.values["purpose"], given=each.values["given"],
             version=each.values["version"], at=each.at, by=each.by)
        for each in records if each.kind == "consent"
    ]


def withdraw_guardian(register: Register, volunteer_no: str, *, method: str, evidence: str,
                      acting: Acting, once: Once | None = None) -> Answer:
    """A guardian takes the consent back: processing stops at once, what was held is told as ended.

    The identity is erased by the retention job. Hours stay with the pseudonym (C-25, C-29).
    Raises UnknownVolunteer, ProcessingStopped.
    """
    def work(transaction: Transaction) -> Answer:
        volunteer = register.active(volunteer_no, within=transaction)
        line = new_record(volunteer_no, "guardian_withdrawal", {"method": method}, acting,
                          transaction, evidence=evidence)
        register.people.records.add(line, within=transaction)
        forget_held(volunteer, transaction)
        forget_consents(register, volunteer, transaction)
        stopped = replace(volunteer, state="stopped", stopped_at=transaction.now, held={})
        register.people.volunteers.replace(stopped, within=transaction)
        return {"volunteer_no": volunteer_no, "state": "stopped"}

    return register.write(once, work)
