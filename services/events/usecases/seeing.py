"""Looks at minors: who of the staff read their names, when, at which door (C-28, decision 0015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kernel.clock import age_on, local_day
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact

OF_AGE = 18
TOGETHER = 3  # references in one value of a row, which takes a hundred characters


def saw(app: Events, contacts: Mapping[str, Contact]) -> None:
    """Keeps in the audit log which of these people, who are about to be shown, are minors.

    A minor is who is under eighteen today, and who has a guardian here. Who told no birth date
    declared to be fourteen or older (C-25) and is not known to be a minor. Residents' own pages
    keep nothing. Raises Unavailable: what cannot be kept is not shown.
    """
    people, today = app.store.people.some(contacts), local_day(app.clock())
    minors = sorted(
        ref for ref, person in people.items()
        if person.guardian_ref is not None
        or ((born := contacts[ref].birth_date) is not None and age_on(born, today) < OF_AGE)
    )
    if minors:
        app.transactions.saw(_row(len(contacts), minors))


def _row(persons: int, minors: Sequence[str]) -> dict[str, str | int]:
    pieces = [minors[start:start + TOGETHER] for start in range(0, len(minors), TOGETHER)]
    named = {f"minors_{number}": ",".join(piece) for number, piece in enumerate(pieces, 1)}
    return {"persons": persons, "minors": len(minors), **named}
