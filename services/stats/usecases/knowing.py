"""Figures as they were known at a moment: folded from what had been told until then."""

from __future__ import annotations

from datetime import datetime

from services.stats.domain.counted import Counted
from services.stats.domain.figures import Figures, Scope
from services.stats.usecases.application import Stats
from services.stats.usecases.building import Building, Log
from services.stats.usecases.patience import Tell
from services.stats.usecases.rebuilding import drop_others


def figures_known_at(app: Stats, log: Log, moment: datetime, scope: Scope, *,
                     tell: Tell) -> Figures:
    """Exact figures of the days of the scope, without what was told after the moment.

    Reads the whole log into a generation of its own that is dropped afterwards; not beside a
    rebuild. Raises what `log` raises.
    """
    drop_others(app, tell)
    building = Building(app, log, tell=tell, known_at=moment)
    try:
        building.fold_up_to(log.mark())
        folds = building.folds
        counted = Counted(rows=list(folds.days.all()), programmes=folds.programmes.all())
        return counted.figures(scope)
    finally:
        drop_others(app, tell)
