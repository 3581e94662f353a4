"""Hearing facts: a batch is folded in one transaction, each fact once."""

from __future__ import annotations

from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.stats.domain.feed import happenings
from services.stats.domain.fold import fold, keys_in
from services.stats.domain.heard import Heard
from services.stats.usecases.application import Stats

QUEUE = "stats.fold-figures"


def fold_figures(app: Stats, envelopes: list[Envelope]) -> None:
    """All of the batch or nothing; safe to repeat, in any order.

    Raises what contracts and kernel raise for a fact that cannot be read or a database away.
    """
    app.transactions.hear(QUEUE, envelopes, lambda within, fresh: _fold(app, fresh, within))


def _fold(app: Stats, fresh: list[Envelope], within: Transaction) -> None:
    store = app.store
    batch = [
        Heard(id=envelope.id, fact=envelope.fact(), sequence=envelope.sequence,
              told_at=envelope.time)
        for envelope in fresh
    ]
    version = store.progress.advance(
        facts=len(batch), told_at=max(heard.told_at for heard in batch),
        lines=happenings(batch), within=within,
    )
    changes = fold(batch, store.rows.known(keys_in(batch), within=within))
    store.rows.save(changes, within=within)
    days = store.days.known(changes.places(), within=within)
    existing = list(days)
    store.days.save(changes.onto(days), known=existing, version=version, within=within)
