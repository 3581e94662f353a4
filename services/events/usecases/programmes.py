"""Publishing programmes as their files say, and listing them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.events import ProgrammePublished
from kernel.transaction import Transaction
from services.events.domain.broken import WrongKind
from services.events.domain.programme import Programme
from services.events.usecases.application import Events


def load_programmes(app: Events, programmes: Iterable[Programme]) -> list[str]:
    """Keeps the programmes that are new or changed, tells those of which something changed that
    others hear; the keys of all that were kept. Safe to repeat."""
    wanted = list(programmes)

    def work(transaction: Transaction) -> list[str]:
        kept = {each["key"]: each for each in app.store.programmes.all(within=transaction)}
        changed = [
            (order, each) for order, each in enumerate(wanted)
            if kept.get(each.key) != each.document()
        ]
        for order, each in changed:
            app.store.programmes.keep(each.document(), order=order, within=transaction)
            before = kept.get(each.key)
            if before is None or _published(Programme.of(before)) != _published(each):
                transaction.emit(_published(each))
        return [each.key for _, each in changed]

    return app.transactions.run(work)


def list_programmes(app: Events) -> list[dict[str, Any]]:
    """Every programme, in the order of its loading."""
    return app.store.programmes.all()


def one_programme(app: Events, key: str, *, within: Transaction | None = None) -> Programme:
    """The programme. Raises UnknownProgramme."""
    return Programme.of(app.store.programmes.one(key, within=within))


def programme_of_kind(app: Events, key: str, kind: str, *,
                      within: Transaction | None = None) -> Programme:
    """The programme, which must be of this kind. Raises UnknownProgramme, WrongKind."""
    found = one_programme(app, key, within=within)
    if found.kind != kind:
        raise WrongKind(key, kind=found.kind, needed=kind)
    return found


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
