"""Looks at minors: who of the staff read their names, when, at which door (C-28, decision 0015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kernel.clock import age_on, local_day
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact

OF_AGE = 18
TOGETHER = 3  # references in one value of a row, which takes a hundred characters


def saw(app: Events, contacts: Mapping[str, Contact], *, ticket: str | None = None) -> None:
    """Keeps in the audit log which of these people, who are about to be shown, are minors, and the
    ticket that lets them be taken along, where there is one.

    Residents' own pages keep nothing. Raises Unavailable: what cannot be kept is not shown.
    """
    if minors := minors_of(app, contacts):
        row = _row(len(contacts), minors)
        app.transactions.saw(row | ({"ticket": ticket} if ticket else {}))


def minors_of(app: Events, contacts: Mapping[str, Contact]) -> list[str]:
    """Who of them is under eighteen today, or has a guardian here. Who told no birth date declared
    to be fourteen or older (C-25) and is not known to be a minor."""
    people, today = app.store.people.some(contacts), local_day(app.clock())
    return sorted(
        ref for ref, person in people.items()
        if person.guardian_ref is not None
        or ((born := contacts[ref].birth_date) is not None and age_on(born, today) < OF_AGE)
    )


def _row(persons: int, minors: Sequence[str]) -> dict[str, str | int]:
    pieces = [minors[start:start + TOGETHER] for start in range(0, len(minors), TOGETHER)]
    named = {f"minors_{number}": ",".join(piece) for number, piece in enumerate(pieces, 1)}
    return {"persons": persons, "minors": len(minors), **named}
