"""Publishing programmes as their files say, and listing them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from contracts.events import ProgrammePublished
from kernel.transaction import Transaction
from services.events.programmes import Programme
from services.events.usecases.application import Events


def load_programmes(app: Events, programmes: Iterable[Programme]) -> list[str]:
    """Keeps and tells the programmes that are new or changed; their keys. Safe to repeat."""
    wanted = list(programmes)

    def work(transaction: Transaction) -> list[str]:
        kept = {each["key"]: each for each in app.store.programmes.all(within=transaction)}
        changed = [
            (order, each) for order, each in enumerate(wanted) if kept.get(each.key) != asdict(each)
        ]
        for order, each in changed:
            app.store.programmes.keep(asdict(each), order=order, within=transaction)
            transaction.emit(_published(each))
        return [each.key for _, each in changed]

    return app.transactions.run(work)


def list_programmes(app: Events) -> list[dict[str, Any]]:
    """Every programme, in the order of its loading."""
    return app.store.programmes.all()


def _published(programme: Programme) -> ProgrammePublished:
    return ProgrammePublished(
        programme=programme.key,
        title=programme.title,
        wing=programme.wing,
        owner=programme.owner,
        kind=programme.kind,
        confidential=programme.confidential,
        counts_households=programme.counts_households,
    )
