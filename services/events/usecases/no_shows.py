"""Absences (缺席): recorded at the close, weighed before a sign-up, looked at by people (C-32)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain import no_show as rules
from services.events.domain.attendance import Attendance
from services.events.domain.no_show import Decision, NoShow
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An absence with the last text of it, opened: the appeal, or the reason of staff."""

    no_show: NoShow
    text: str | None


def record(app: Events, session: Session, final: Iterable[tuple[Registration, Attendance]], *,
           within: Transaction) -> int:
    """Keeps the absences of a session that is being closed; how many. Nothing while it is off."""
    if not app.policy.no_shows.limit:
        return 0
    absences = [
        found for registration, attendance in final
        if (found := rules.no_show_of(session, registration, attendance, now=within.now))
    ]
    app.store.no_shows.add(absences, within=within)
    return len(absences)


def paused_until(app: Events, person_refs: Iterable[str], now: datetime, *,
                 within: Transaction) -> dict[str, datetime]:
    """Who of these may not sign up, and until when; whoever may is not in it.

    Asked by sign-up; one look-up however many they are, none while the policy is off. It is an
    explanation, not a verdict: excuse, appeal and decision change it at once (C-32).
    """
    refs = list(person_refs)
    if not app.policy.no_shows.limit or not refs:
        return {}
    by_person: dict[str, list[NoShow]] = {ref: [] for ref in refs}
    for each in app.store.no_shows.of_people(refs, within=within):
        by_person[each.person_ref].append(each)
    until = {
        ref: rules.paused_until(found, now=now, rules=app.policy.no_shows)
        for ref, found in by_person.items()
    }
    return {ref: moment for ref, moment in until.items() if moment is not None}


def no_shows_of(app: Events, person_ref: str, *,
                confidential: bool) -> tuple[datetime | None, Sequence[Opened]]:
    """Until when the person is paused, and every absence, earliest first.

    Texts about confidential sessions are opened only for who may see them.
    """

    def work(transaction: Transaction) -> tuple[datetime | None, list[NoShow]]:
        until = paused_until(app, [person_ref], transaction.now, within=transaction)
        return until.get(person_ref), app.store.no_shows.of_people(
            [person_ref], within=transaction
        )

    until, found = app.transactions.look(work)
    return until, [
        Opened(no_show=each, text=_text(app, each) if confidential or not each.confidential
               else None)
        for each in found
    ]


def excuse(app: Events, no_show_id: str, reason: str, *, once: Once | None = None) -> Answer:
    """Staff take an absence back, with a reason. Raises UnknownNoShow, AlreadyExcused."""
    sealed = app.vault.seal(reason)
    return _change(app, no_show_id, once,
                   lambda found, now: rules.excuse(found, sealed, at=now))


def appeal(app: Events, no_show_id: str, text: str, *, once: Once | None = None) -> Answer:
    """The person objects, in their own words, which are kept sealed.

    Raises UnknownNoShow, AlreadyExcused, AlreadyAppealed.
    """
    sealed = app.vault.seal(text)
    return _change(app, no_show_id, once,
                   lambda found, now: rules.appeal(found, sealed, at=now))


def decide(app: Events, no_show_id: str, decision: Decision, reason: str, *,
           once: Once | None = None) -> Answer:
    """Staff decide on an open appeal, with a reason. Raises UnknownNoShow, NotAppealed."""
    sealed = app.vault.seal(reason)
    return _change(app, no_show_id, once,
                   lambda found, now: rules.decide(found, decision, sealed, at=now))


def _change(app: Events, no_show_id: str, once: Once | None,
            change: Callable[[NoShow, datetime], NoShow]) -> Answer:
    def work(transaction: Transaction) -> Answer:
        found = app.store.no_shows.one(no_show_id, within=transaction)
        after = change(found, transaction.now)
        app.store.no_shows.save(found, after, within=transaction)
        transaction.note({"state": found.state}, {"state": after.state})
        return {"id": no_show_id, "state": after.state}

    return app.transactions.write(once, work)


def _text(app: Events, no_show: NoShow) -> str | None:
    text = no_show.history[-1].text if no_show.history else None
    return None if text is None else app.vault.open(text)
