"""Receipts of providers, in any order, doubled, early or a month late (N-11, N-12)."""

from __future__ import annotations

from functools import partial

from kernel.transaction import Transaction
from services.notifications.domain.life import received
from services.notifications.domain.report import Report
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import change


def receive(app: App, provider: str, report: Report) -> None:
    """Writes a receipt down before it is answered. Safe to repeat.

    One that names no attempt of ours, or says what we do not know, is kept apart.
    """
    message_id, state = app.store.messages.of_report(provider, report), report.state
    if message_id is None or state is None:
        app.transactions.run(partial(_keep_apart, app, provider, report))
        return
    change(app.changes, message_id, lambda one: received(
        one, state, report.code, now=app.clock(), patience=app.patience
    ))


def _keep_apart(app: App, provider: str, report: Report, transaction: Transaction) -> None:
    named = report.attempt_id or report.provider_ref or ""
    app.store.strays.add(provider, named, report.state or "?", within=transaction)
