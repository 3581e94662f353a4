"""Figures worked out anew from the log, beside those that are served, and put in their place.

A new generation of folds is filled from the log's beginning. When it has nearly caught up, folding
is held for moments: both generations get what the log holds up to a mark, their day rows are
compared, and when they are the same the new one is current from the next question on. Nobody sees
a figure that is half-done, and no fact is missing in either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from kernel.mongo import Unavailable, available
from services.stats.domain.difference import differences
from services.stats.usecases.application import Stats
from services.stats.usecases.building import Building, Log, understood
from services.stats.usecases.folding import QUEUE, fold_figures
from services.stats.usecases.patience import Tell, patiently

LIVE_CHUNK = 500
NEARLY = 2_000  # facts behind the log with which folding may be held
ROUNDS = 20  # of catching up before it is held all the same
HELD_FOR = timedelta(seconds=120)  # at most: a process that died must not stop the figures
IN_HAND = 3_000  # facts that consumers may hold, heard but not folded yet


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """`facts` were read of the log, `unread` of them not understood (they are parked elsewhere);
    `differences` between the served figures and those worked out anew."""

    facts: int
    unread: int
    differences: Sequence[str]
    switched: bool


def rebuild(app: Stats, log: Log, *, tell: Tell, switch: bool = True,
            accept: bool = False) -> Rebuilt:
    """Works the figures out anew and compares; with `switch` they are served when nothing differs,
    or when differences are accepted. Run again after a break; only one may run at a time.

    Raises what `log` raises, Overtaken, and Unavailable when the database stays away for minutes.
    """
    drop_others(app, tell)
    building = Building(app, log, tell=tell)
    for _ in range(ROUNDS):
        count = building.fold_up_to(log.mark())
        tell(f"{building.facts} facts folded")
        if count < NEARLY:
            break
    with held(app, building.generation, tell=tell):
        building.fold_up_to(log.mark())
        _fold_waiting(app, log, building, tell=tell)
        found = patiently(lambda: _compared(app, building), tell=tell)
        switched = switch and (accept or not found)
        if switched:
            _switch(app, building.generation, tell=tell)
    if not switched:
        drop_others(app, tell)
    return Rebuilt(facts=building.facts, unread=building.unread, differences=found,
                   switched=switched)


def _compared(app: Stats, building: Building) -> list[str]:
    served = app.store.progress.now().generation
    return differences(app.store.folds(served).days.all(), building.folds.days.all())


def _switch(app: Stats, generation: str, *, tell: Tell) -> None:
    """Raises Unavailable when the hold was over before: others may have folded meanwhile."""
    progress = app.store.progress
    is_current = patiently(lambda: app.transactions.run(
        lambda within: progress.switch(generation, generation, within=within)), tell=tell)
    if not is_current:
        raise Unavailable(f"folding may be held for {HELD_FOR.seconds} s, which was too short; "
                          "what was served stays, run it again")


def drop_others(app: Stats, tell: Tell) -> None:
    """All generations but the one that is served. Nobody reads them: what cannot be dropped now is
    left to the next run."""
    try:
        with available():
            app.store.drop_all_but(app.store.progress.now().generation)
    except Unavailable as away:
        tell(f"figures of an earlier run are still kept: {away}")


@contextmanager
def held(app: Stats, holder: str, *, tell: Tell) -> Iterator[None]:
    """Nobody else folds meanwhile; people go on being answered. Raises Unavailable."""
    progress = app.store.progress
    is_mine = patiently(lambda: app.transactions.run(
        lambda within: progress.hold(holder, until=within.now + HELD_FOR, within=within)),
        tell=tell)
    if not is_mine:
        raise Unavailable("somebody else works the figures out anew")
    try:
        yield
    finally:
        app.transactions.run(lambda within: progress.release(holder, within=within))


def _fold_waiting(app: Stats, log: Log, building: Building, *, tell: Tell) -> None:
    """What waits in the queue is in the log already; folding it here, twice where need be, gives
    both generations the same facts."""
    since = max(0, building.offset - log.depth(QUEUE) - IN_HAND)
    for entries in log.read(since=since, until=log.mark()):
        for at in range(0, len(entries), LIVE_CHUNK):
            chunk = [one for one in entries[at:at + LIVE_CHUNK] if one.offset < building.offset]
            patiently(partial(fold_figures, app, understood(chunk), holder=building.generation),
                      tell=tell)
