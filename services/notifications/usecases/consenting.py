"""Whether a message may be sent to a number: asked anew each time one is about to leave (N-19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from contracts.volunteers import ConsentChanged
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.notifications.domain.consent import PROMOTIONAL, Given, unwanted
from services.notifications.domain.message import Message, Purpose
from services.notifications.usecases.application import App

KEEP_CONSENTS = "notifications.keep-consents"
SERVED = "marketing_sms"  # the one consent that this service serves


def keep_consents(app: App, heard: list[Envelope]) -> None:
    """Keeps each person's latest word on promotional texts. Safe to repeat, in any order."""

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        told: dict[str, tuple[int, Given]] = {}
        for envelope in sorted(fresh, key=lambda one: one.sequence):
            fact = cast(ConsentChanged, envelope.fact())
            if fact.purpose == SERVED:
                given = Given(given=fact.given, at=envelope.time)
                told[fact.person_ref] = (envelope.sequence, given)
        app.store.consents.keep(told, within=transaction)

    app.transactions.hear(KEEP_CONSENTS, heard, work)


def kept_back(app: App, messages: Iterable[Message],
              numbers: Mapping[str, str]) -> dict[str, str]:
    """Why some of these messages may not leave, by message id; `numbers` are those of their people.

    Asks the database only when one of them is not necessary.
    """
    asked = [one for one in messages
             if one.purpose in PROMOTIONAL or one.purpose in app.rules.optional]
    if not asked:
        return {}
    reasons = reasons_by_person(app, [(one.purpose, one.person_ref) for one in asked], numbers)
    return {one.message_id: reason for one in asked
            if (reason := reasons.get((one.purpose, one.person_ref)))}


def reasons_by_person(app: App, asked: Sequence[tuple[Purpose, str]],
                      numbers: Mapping[str, str]) -> dict[tuple[Purpose, str], str]:
    """`opted_out` or `no_consent` by purpose and person, of those who may not be written to.

    Who has no number in `numbers` counts as one who never opted out. Changes nothing: a dry run of
    a broadcast asks the same.
    """
    digest = {ref: app.store.contacts.digest(numbers[ref]) for _, ref in asked if ref in numbers}
    wishes = app.store.consents.wishes(set(digest.values()))
    promoted = {ref for purpose, ref in asked if purpose in PROMOTIONAL}
    given = app.store.consents.given(promoted) if promoted else {}
    found = {
        (purpose, ref): unwanted(purpose, app.rules.optional, given=given.get(ref),
                                 wish=wishes.get(digest.get(ref, "")))
        for purpose, ref in asked
    }
    return {key: reason for key, reason in found.items() if reason}
