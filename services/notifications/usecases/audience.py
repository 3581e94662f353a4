"""What is heard of sessions and sign-ups becomes who takes part in what, for broadcasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from contracts.events import SessionCancelled, SessionMoved, SessionScheduled
from contracts.session import SessionRef
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.notifications.domain.audience import Known, SignedUp, Signup, signed_up
from services.notifications.usecases.application import App

KNOW_AUDIENCE = "notifications.know-audience"
_OF_SESSIONS = (SessionScheduled, SessionMoved, SessionCancelled)


def know_audience(app: App, heard: list[Envelope]) -> None:
    """Keeps how each session and sign-up stands by its newest fact. Safe to repeat, in any order:
    the sequences say what is newer, so nothing is remembered in an inbox."""
    sessions: list[Known] = []
    signups: list[SignedUp] = []
    by_signup: list[SessionRef] = []
    for envelope in heard:
        fact = envelope.fact()
        if isinstance(fact, _OF_SESSIONS):
            sessions.append(Known(session=fact.session, sequence=envelope.sequence,
                                  cancelled=isinstance(fact, SessionCancelled)))
        else:
            told = cast(Signup, fact)
            signups.append(signed_up(told, envelope.sequence))
            by_signup.append(told.session)
    sessions.extend(Known(session=each, sequence=0) for each in by_signup)

    def work(transaction: Transaction) -> None:
        _keep_sessions(app, sessions, transaction)
        _keep_signups(app, signups, transaction)

    app.transactions.run(work)


def _keep_sessions(app: App, told: Iterable[Known], transaction: Transaction) -> None:
    latest: dict[str, Known] = {}
    for each in sorted(told, key=lambda one: one.sequence):
        latest[each.session.session_id] = each
    there = app.store.sessions.some(latest, within=transaction)
    newer = [each for id, each in latest.items()
             if id not in there or each.sequence > there[id].sequence]
    app.store.sessions.keep(newer, within=transaction)


def _keep_signups(app: App, told: Iterable[SignedUp], transaction: Transaction) -> None:
    latest = {each.registration_id: each
              for each in sorted(told, key=lambda one: one.sequence)}
    there = app.store.audience.sequences(latest, within=transaction)
    newer = [each for id, each in latest.items() if each.sequence > there.get(id, 0)]
    app.store.audience.keep(newer, within=transaction)
