"""Figures worked out anew from the log, beside those that are served, and put in their place.

A new generation of folds is filled from the log's beginning. When it has nearly caught up, folding
is held for moments: both generations get what the log holds up to a mark, their day rows are
compared, and when they are the same the new one is current from the next question on. Nobody sees
a figure that is half-done, and no fact is missing in either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contracts.event import InvalidFact, UnknownFact
from kernel.envelope import Envelope, Malformed, parse
from kernel.mongo import Unavailable, available
from services.stats.domain.day import DayRow
from services.stats.domain.difference import differences
from services.stats.domain.fold import Changes, fold, keys_in
from services.stats.domain.heard import Heard
from services.stats.store import Folds
from services.stats.store.days import Days
from services.stats.usecases.application import Stats
from services.stats.usecases.folding import QUEUE, fold_figures, heard_in

CHUNK = 2_000  # facts folded together into a generation that nobody reads yet
DAYS_AHEAD = 2_000  # day rows that are changed in memory before they are written
NAMES_AHEAD = 200_000  # names in them, at most: some 30 MB
LIVE_CHUNK = 500
NEARLY = 2_000  # facts behind the log with which folding may be held
ROUNDS = 20  # of catching up before it is held all the same
HELD_FOR = timedelta(seconds=120)  # at most: a process that died must not stop the figures
IN_HAND = 3_000  # facts that consumers may hold, heard but not folded yet
Tell = Callable[[str], None]


class Entry(Protocol):
    """One message of the log and its place in it."""

    @property
    def offset(self) -> int: ...

    @property
    def body(self) -> bytes: ...


class Log(Protocol):
    """The log as `kernel/log.py` reads it."""

    def mark(self) -> str: ...

    def depth(self, queue: str) -> int: ...

    def read(self, *, since: int = 0, until: str) -> Iterator[Sequence[Entry]]: ...


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """`facts` were read of the log, `unread` of them not understood (they are parked elsewhere);
    `differences` between the served figures and those worked out anew."""

    facts: int
    unread: int
    differences: Sequence[str]
    switched: bool


class Building:
    """A generation while it is filled from the log. A database that breaks off means to begin anew:
    what was written last is unknown."""

    def __init__(self, log: Log, folds: Folds, *, known_at: datetime | None = None) -> None:
        self.facts, self.unread, self.offset = 0, 0, 0
        self._log, self._rows, self._known_at = log, folds.rows, known_at
        self._days = _DaysAhead(folds.days)

    def fold_up_to(self, mark: str) -> int:
        """Folds on up to the mark; how many facts that was. While one chunk is folded and written,
        the next is read: most of the time goes into understanding facts here, and the database
        is another process."""
        before = self.facts
        with ThreadPoolExecutor(1) as pool:
            folding = pool.submit(self._fold, [])
            for chunk in self._chunks(mark):
                batch = self._heard(chunk)
                folding.result()
                folding = pool.submit(self._fold, batch)
            folding.result()
        self._days.write()
        return self.facts - before

    def _chunks(self, mark: str) -> Iterator[list[Entry]]:
        chunk = list[Entry]()
        for entries in self._log.read(since=self.offset, until=mark):
            chunk += entries
            if len(chunk) >= CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _heard(self, chunk: Sequence[Entry]) -> list[Heard]:
        envelopes = understood(chunk)
        self.facts += len(chunk)
        self.unread += len(chunk) - len(envelopes)
        self.offset = chunk[-1].offset + 1
        if self._known_at:
            envelopes = [one for one in envelopes if one.time <= self._known_at]
        return heard_in(envelopes)

    def _fold(self, batch: Sequence[Heard]) -> None:
        changes = fold(batch, self._rows.known(keys_in(batch)))
        self._rows.save(changes)
        self._days.take(changes)


class _DaysAhead:
    """Day rows kept in memory while they change: the same few days change in every chunk, and
    grow, so to write them each time would take longer than everything else."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self._rows: dict[str, DayRow] = {}
        self._written: set[str] = set()
        self._names = 0

    def take(self, changes: Changes) -> None:
        known = self._days.known(changes.places().keys() - self._rows.keys())
        self._written |= known.keys()
        self._rows |= known
        self._rows |= changes.onto(self._rows)
        self._names += sum(len(refs) for row in known.values() for refs in row.names.values())
        self._names += sum(len(refs) for share in changes.added for refs in share.names.values())
        if len(self._rows) > DAYS_AHEAD or self._names > NAMES_AHEAD:
            self.write()

    def write(self) -> None:
        self._days.save(self._rows, known=self._written, version=1)
        self._rows, self._written, self._names = {}, set(), 0


def understood(entries: Sequence[Entry]) -> list[Envelope]:
    """The envelopes whose facts can be read; the others are parked where they were heard."""
    found = []
    for entry in entries:
        try:
            envelope = parse(entry.body)
            envelope.fact()
        except (Malformed, UnknownFact, InvalidFact):
            continue
        found.append(envelope)
    return found


def rebuild(app: Stats, log: Log, *, tell: Tell, switch: bool = True,
            accept: bool = False) -> Rebuilt:
    """Works the figures out anew and compares; with `switch` they are served when nothing differs,
    or when differences are accepted. Run again after a break; only one may run at a time.

    Raises what `log` raises, and Unavailable.
    """
    served = app.store.progress.now().generation
    _drop_others(app, served, tell)
    generation = f".g{app.transactions.run(lambda within: within.new_id())[:12]}"
    building = Building(log, app.store.prepare(generation))
    for _ in range(ROUNDS):
        count = building.fold_up_to(log.mark())
        tell(f"{building.facts} facts folded")
        if count < NEARLY:
            break
    with held(app, generation):
        building.fold_up_to(log.mark())
        _fold_waiting(app, log, building, holder=generation)
        found = differences(app.store.folds(served).days.all(),
                            app.store.folds(generation).days.all())
        switched = switch and (accept or not found) and app.transactions.run(
            lambda within: app.store.progress.switch(generation, generation, within=within))
    if not switched:
        _drop_others(app, served, tell)
    return Rebuilt(facts=building.facts, unread=building.unread, differences=found,
                   switched=switched)


def _drop_others(app: Stats, served: str, tell: Tell) -> None:
    """Nobody reads them: what cannot be dropped now is left to the next run."""
    try:
        with available():
            app.store.drop_all_but(served)
    except Unavailable as away:
        tell(f"figures of an earlier run are still kept: {away}")


@contextmanager
def held(app: Stats, holder: str) -> Iterator[None]:
    """Nobody else folds meanwhile; people go on being answered. Raises Unavailable."""
    progress = app.store.progress
    is_mine = app.transactions.run(
        lambda within: progress.hold(holder, until=within.now + HELD_FOR, within=within))
    if not is_mine:
        raise Unavailable("somebody else works the figures out anew")
    try:
        yield
    finally:
        app.transactions.run(lambda within: progress.release(holder, within=within))


def _fold_waiting(app: Stats, log: Log, building: Building, *, holder: str) -> None:
    """What waits in the queue is in the log already; folding it here, twice where need be, gives
    both generations the same facts."""
    since = max(0, building.offset - log.depth(QUEUE) - IN_HAND)
    for entries in log.read(since=since, until=log.mark()):
        for at in range(0, len(entries), LIVE_CHUNK):
            chunk = [one for one in entries[at:at + LIVE_CHUNK] if one.offset < building.offset]
            fold_figures(app, understood(chunk), holder=holder)
