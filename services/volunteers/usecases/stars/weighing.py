"""Weighing: what each person's hours, tenure and ratings call for becomes a proposal (C-24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from kernel.answers import Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.stars import standing as rules
from services.volunteers.domain.stars.broken import NothingToPropose
from services.volunteers.domain.stars.scheme import Merits, Scheme, by_hours, scheme_on
from services.volunteers.domain.stars.standing import Call, Proposal, Standing
from services.volunteers.usecases.stars.application import End, StarOffice

LISTED = 200
TOGETHER = 100  # references that are looked at in one question


def weigh_all(app: StarOffice, today: date) -> int:
    """Weighs everybody whose hours may call for something; how many standings changed.

    Each reference is looked at again when something was entered or a day has passed, not before.
    People are chosen by hundreds, by the minutes of all their references together (C-35) and the
    stars they have; only who may be due for more, or for a review, is weighed alone. Safe to repeat
    and in any number of processes: a person has one open proposal at most.
    """
    scheme = scheme_on(app.schemes, today)
    if scheme is None:
        return 0
    ends = {end.person_ref: end for end in app.ends()}
    fresh = [end.person_ref for end in ends.values()
             if app.weighed.get(end.person_ref) != (end.number, today)]
    changed = 0
    for start in range(0, len(fresh), TOGETHER):
        some = fresh[start:start + TOGETHER]
        changed += sum(weigh(app, person) for person in _due(app, scheme, some, ends))
        app.weighed.update({ref: (ends[ref].number, today) for ref in some})
    return changed


def _due(app: StarOffice, scheme: Scheme, references: Sequence[str],
         ends: Mapping[str, End]) -> list[str]:
    """Of the people who have these references, those whose hours may call for something: hours
    are all that a review asks for, and the least that an award does."""
    people = {refs[0]: refs for refs in app.persons(references).values()}
    standings = app.store.some(people)
    due = []
    for person, refs in people.items():
        standing = standings.get(person) or Standing(person_ref=person)
        minutes = sum(ends[ref].minutes for ref in refs if ref in ends)
        kept = by_hours(_given_by(app, standing) or scheme, minutes)
        if standing.open or by_hours(scheme, minutes) > standing.stars or kept < standing.stars:
            due.append(person)
    return due


def weigh(app: StarOffice, reference: str) -> bool:
    """Whether the person's proposals changed. Safe to repeat."""
    person_ref = app.primary(reference)

    def work(transaction: Transaction) -> bool:
        before = app.store.of(person_ref, within=transaction)
        call, merits = called_for(app, before, transaction)
        after = rules.weighed(before, call, merits, at=transaction.now)
        if after == before:
            return False
        app.store.save(before, after, within=transaction)
        return True

    return app.transactions.run(work)


def propose(app: StarOffice, reference: str, *, by: Acting,
            once: Once | None = None) -> dict[str, str]:
    """A member of staff proposes what the hours call for, also after a refusal. Another one
    decides (C-17). Raises NothingToPropose."""
    person_ref = app.primary(reference)

    def work(transaction: Transaction) -> dict[str, str]:
        before = app.store.of(person_ref, within=transaction)
        call, merits = called_for(app, before, transaction)
        after = rules.weighed(before, call, merits, at=transaction.now, maker=by.actor)
        if after.open is None or after.open == before.open:
            raise NothingToPropose
        app.store.save(before, after, within=transaction)
        return {"id": id_of(person_ref, after.open.number)}

    return app.transactions.write(once, work)


def called_for(app: StarOffice, standing: Standing,
               transaction: Transaction) -> tuple[Call | None, Merits]:
    """What the person's hours call for at this moment, and what it rests on."""
    today = local_day(transaction.now)
    scheme = scheme_on(app.schemes, today)
    merits = merits_of(app, standing.person_ref)
    if scheme is None:
        return None, merits
    call = rules.called_for(standing, merits, scheme=scheme, today=today,
                            given_by=_given_by(app, standing) or scheme)
    return call, merits


def merits_of(app: StarOffice, person_ref: str) -> Merits:
    """Minutes, first day and ratings of a person, as of now."""
    credits = [each for each in app.ledger(person_ref, first=None, last=None) if each.minutes]
    return Merits(
        minutes=sum(each.minutes for each in credits),
        since=min((local_day(each.starts_at) for each in credits), default=None),
        quality=app.quality(person_ref),
    )


def waiting(app: StarOffice) -> list[tuple[str, Proposal]]:
    """Open proposals, oldest first, at most 200, each after whose stars they are about."""
    return [(each.person_ref, each.open) for each in app.store.open(limit=LISTED) if each.open]


def id_of(person_ref: str, number: int) -> str:
    """A proposal's id: whose, and which one of theirs."""
    return f"{person_ref}.{number}"


def _given_by(app: StarOffice, standing: Standing) -> Scheme | None:
    """The scheme that the stars were given by, if it is still known."""
    known = [scheme for scheme in app.schemes if scheme.valid_from == standing.scheme]
    return known[0] if known else None
