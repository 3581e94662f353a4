"""Figures as they were known at a moment: folded from what had been told until then."""

from __future__ import annotations

from datetime import datetime

from services.stats.domain.counted import Counted
from services.stats.domain.figures import Figures, Scope
from services.stats.usecases.application import Stats
from services.stats.usecases.rebuilding import Building, Log


def figures_known_at(app: Stats, log: Log, moment: datetime, scope: Scope) -> Figures:
    """Exact figures of the days of the scope, without what was told after the moment.

    Reads the whole log into a generation of its own that is dropped afterwards; not beside a
    rebuild. Raises what `log` raises.
    """
    served = app.store.progress.now().generation
    app.store.drop_all_but(served)
    generation = f".g{app.transactions.run(lambda within: within.new_id())[:12]}"
    folds = app.store.prepare(generation)
    try:
        Building(log, folds, known_at=moment).fold_up_to(log.mark())
        counted = Counted(rows=list(folds.days.all()), programmes=folds.programmes.all())
        return counted.figures(scope)
    finally:
        app.store.drop_all_but(served)
