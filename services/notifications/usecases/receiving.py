"""Receipts of providers, in any order, doubled, early or a month late (N-11, N-12)."""

from __future__ import annotations

from functools import partial

from kernel.transaction import Transaction
from services.notifications.domain.message import State, received
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import change


def receive(app: App, *, provider: str, attempt_id: str, state: State | None,
            reason: str | None = None) -> None:
    """Writes a receipt down before it is answered. Safe to repeat.

    One that names no attempt of ours, or says what we do not know, is kept apart.
    """
    message_id = app.store.messages.of_attempt(attempt_id)
    if message_id is None or state is None:
        app.transactions.run(partial(_keep_apart, app, provider, attempt_id, state))
        return
    change(app.changes, message_id, lambda one: received(one, state, reason))


def _keep_apart(app: App, provider: str, attempt_id: str, state: State | None,
                transaction: Transaction) -> None:
    app.store.strays.add(provider, attempt_id, state or "?", within=transaction)
