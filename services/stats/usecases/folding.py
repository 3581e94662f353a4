"""Hearing facts: a batch is folded in one transaction; the same fact again changes nothing.

There is no inbox: every document has a natural key and knows the sequence or the entries that it
has seen, so a second delivery is found by the fold itself. Remembering each fact in a row of its
own took more than half of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.stats.domain.feed import happenings
from services.stats.domain.fold import fold, keys_in
from services.stats.domain.heard import Heard
from services.stats.store import Folds
from services.stats.usecases.application import Stats

QUEUE = "stats.fold-figures"


def fold_figures(app: Stats, envelopes: Sequence[Envelope], *, holder: str = "") -> None:
    """All of the batch or nothing; safe to repeat, in any order.

    Raises what contracts and kernel raise for a fact that cannot be read or a database away, and
    Unavailable while somebody else than `holder` holds the folds.
    """
    batch = heard_in(envelopes)
    if not batch:
        return

    def work(within: Transaction) -> None:
        turn = app.store.progress.advance(
            facts=len(batch), told_at=max(heard.told_at for heard in batch),
            lines=happenings(batch), within=within, holder=holder,
        )
        _fold_into(app.store.folds(turn.generation), batch, version=turn.version, within=within)

    app.transactions.run(work)


def heard_in(envelopes: Sequence[Envelope]) -> list[Heard]:
    """The facts inside, each once. Raises contracts' UnknownFact or InvalidFact."""
    return [
        Heard(id=envelope.id, fact=envelope.fact(), sequence=envelope.sequence,
              told_at=envelope.time)
        for envelope in {envelope.id: envelope for envelope in envelopes}.values()
    ]


def _fold_into(folds: Folds, batch: Sequence[Heard], *, version: int, within: Transaction) -> None:
    session = within.session
    changes = fold(batch, folds.rows.known(keys_in(batch), session=session))
    folds.rows.save(changes, session=session)
    days = folds.days.known(changes.places(), session=session)
    existing = set(days)
    folds.days.save(changes.onto(days), known=existing, version=version, session=session)
