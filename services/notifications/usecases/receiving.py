"""Receipts of providers, in any order, doubled, early or a month late (N-11, N-12)."""

from __future__ import annotations

from kernel.transaction import Transaction
from services.notifications.domain.message import Message, State, received
from services.notifications.usecases.application import App, counted, tell


def receive(app: App, *, provider: str, attempt_id: str, state: State | None,
            reason: str | None = None) -> None:
    """Writes a receipt down before it is answered. Safe to repeat.

    One that names no attempt of ours, or says what we do not know, is kept apart.
    """

    def work(transaction: Transaction) -> Message | None:
        before = app.store.messages.of_attempt(attempt_id, within=transaction)
        if before is None or state is None:
            app.store.strays.add(provider, attempt_id, state or "?", within=transaction)
            return None
        after = received(before, state, reason)
        if after == before:
            return None
        app.store.messages.keep(after, within=transaction)
        tell(transaction, before.state, after)
        return after

    changed = app.transactions.run(work)
    if changed:
        counted(changed)
