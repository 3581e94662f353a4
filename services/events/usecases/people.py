"""The qualifications that posts ask for: as staff note them, and as volunteers tells them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from contracts.volunteers import QualificationExpired, QualificationRecorded
from kernel.answers import Answer, Once
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownReference
from services.events.usecases.application import Events

KEEP_QUALIFICATIONS = "events.keep-qualifications"


def set_qualifications(app: Events, person_ref: str, qualifications: Iterable[str], *,
                       once: Once | None = None) -> Answer:
    """These and no others, from the next sign-up on; what was signed up for stays.

    Safe to repeat. Raises UnknownReference.
    """
    wanted = sorted(set(qualifications))

    def work(transaction: Transaction) -> Answer:
        if not app.store.people.some([person_ref], within=transaction):
            raise UnknownReference(person_ref)
        app.store.people.change(person_ref, {"qualifications": wanted}, within=transaction)
        transaction.note({}, {"person_ref": person_ref, "qualifications": ",".join(wanted)})
        return {"person_ref": person_ref, "qualifications": wanted}

    return app.transactions.write(once, work)


def keep_qualifications(app: Events, heard: list[Envelope]) -> None:
    """What was verified elsewhere holds here from the next sign-up on; what ended does not (C-26).

    Of each qualification of a person the latest fact counts, in whatever order they come; whoever
    is not known here is passed over. Safe to repeat.
    """
    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        facts = [(each.sequence, cast(QualificationRecorded | QualificationExpired, each.fact()))
                 for each in fresh]
        people = app.store.people.some({fact.person_ref for _, fact in facts}, within=transaction)
        for ref, person in people.items():
            last, held = dict(person.heard), set(person.qualifications)
            for sequence, fact in facts:
                key = fact.qualification
                if fact.person_ref != ref or sequence <= last.get(key, 0):
                    continue
                last[key] = sequence
                (held.add if isinstance(fact, QualificationRecorded) else held.discard)(key)
            app.store.people.change(ref, {"qualifications": sorted(held), "heard": last},
                                    within=transaction)

    app.transactions.hear(KEEP_QUALIFICATIONS, heard, work)
