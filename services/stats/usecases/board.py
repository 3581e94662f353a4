"""The board as it stands: read in few questions, and a version that says whether it moved."""

from __future__ import annotations

from services.stats.domain.board import Board, Parted, parted, sums_of_day
from services.stats.domain.counted import Counted
from services.stats.domain.figures import Scope
from services.stats.domain.silence import silent_for
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted, today

_RUNNING_SHOWN = 6
_LINES_SHOWN = 9


def board(app: Stats, scope: Scope) -> Board:
    """Everything the tiles show of a scope; what runs and what just happened is of now."""
    progress, feed = app.store.progress.now_with_feed()
    found = counted(app, progress=progress)
    programmes, parts = found.programmes, _parts(app, found, scope)
    secret = {programme.key for programme in programmes.values() if programme.confidential}
    now, calendar = app.clock(), app.store.folds(progress.generation).calendar
    lines = [line for line in feed if line.programme not in secret]
    return Board(
        scope=scope, now=now, programmes=programmes,
        today=sums_of_day(found.open_rows(), today(app)),
        running=calendar.running(now, count=_RUNNING_SHOWN, without=secret),
        feed=lines[:_LINES_SHOWN], facts=progress.facts, told_at=progress.told_at,
        heard_at=progress.heard_at, folded_at=progress.folded_at,
        silent_for=silent_for(progress.told_at, now, app.expected), **vars(parts),
    )


def version(app: Stats) -> str:
    """Changes with every fold, and each minute, because sessions begin and end by the clock."""
    progress = app.store.progress.now()
    return f"{progress.epoch}:{progress.version}@{app.clock():%Y%m%d%H%M}"


def _parts(app: Stats, found: Counted, scope: Scope) -> Parted:
    """Remembered for the live wall alone: another period would drive it out."""
    if scope != Scope(as_of=today(app)):
        return parted(found, scope, app.goals)
    asked = (scope, found.programmes, app.smallest_shown)
    return app.wall.parts(asked, found.rows, lambda: parted(found, scope, app.goals))
