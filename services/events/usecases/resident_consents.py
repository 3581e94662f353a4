"""A guardian who is signed in answers without the code, and is asked as explicitly (C-25)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from kernel.answers import Answer
from services.events.domain.broken import UnknownConsent
from services.events.domain.consent import Consent
from services.events.usecases import consenting
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.consenting import Question


def questions(app: Events, guardian_refs: Collection[str]) -> list[Question]:
    """What these people are asked now, or have consented to, the newest first."""
    asked = [each for ref in guardian_refs for each in app.store.consents.of_guardian(ref)]
    standing = [each for each in asked if _stands(app, each)]
    newest = sorted(standing, key=lambda each: each.requested_at, reverse=True)
    return [consenting.question_of(app, each) for each in newest]


def question(app: Events, consent_id: str, guardian_refs: Collection[str]) -> Question:
    """One of them. Raises UnknownConsent, also for somebody else's."""
    return consenting.question_of(app, _own(app, consent_id, guardian_refs))


def answer(app: Events, consent_id: str, decision: Literal["given", "refused", "withdrawn"],
           guardian_refs: Collection[str], *, caller: Caller) -> Answer:
    """The guardian's word, kept as said by their account. As `consenting.answer`."""
    found = _own(app, consent_id, guardian_refs)
    return consenting.settle(app, found, decision, caller, "account")


def _own(app: Events, consent_id: str, guardian_refs: Collection[str]) -> Consent:
    found = app.store.consents.one(consent_id)
    if found is None or found.guardian_ref not in guardian_refs or not _stands(app, found):
        raise UnknownConsent
    return found


def _stands(app: Events, consent: Consent) -> bool:
    if consent.state == "requested":
        return app.clock() < consent.until
    return consent.state == "given"
