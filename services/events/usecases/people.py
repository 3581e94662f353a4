"""What staff note about somebody: the qualifications that posts ask for."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownReference
from services.events.usecases.application import Events


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
        return {"person_ref": person_ref, "qualifications": wanted}

    return app.write(once, work)
