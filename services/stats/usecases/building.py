"""A generation of folds filled from the log, of which nobody reads anything yet.

Each write is a transaction of its own and has a number that is kept with it: one whose answer was
lost is tried again, and is not made twice. What is in memory only is lost with the process: then
another generation is begun.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from contracts.event import InvalidFact, UnknownFact
from kernel.envelope import Envelope, Malformed, parse
from kernel.transaction import Transaction
from services.stats.domain.day import DayRow
from services.stats.domain.fold import KINDS, Changes, Kind, Row, fold, keys_in
from services.stats.domain.heard import Heard
from services.stats.usecases.ahead import Ahead
from services.stats.usecases.application import Stats
from services.stats.usecases.folding import heard_in
from services.stats.usecases.patience import Tell, patiently

CHUNK = 2_000  # facts folded together
ROWS_AHEAD = 10_000  # rows of a kind that are changed in memory before they are written: 10 MB
NAMES_AHEAD = 200_000  # names in day rows, likewise: some 30 MB
ROWS_AT_ONCE, NAMES_AT_ONCE = 500, 20_000  # in one transaction, so that none takes seconds
TOLD_EVERY = 50_000  # facts
_OBJECTS = 100_000  # made before Python looks for rings among them: facts and rows have none


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


class Building:
    """A new generation while it is filled; only one at a time."""

    def __init__(self, app: Stats, log: Log, *, tell: Tell,
                 known_at: datetime | None = None) -> None:
        """Raises Unavailable, as all of it does, when the database stays away for minutes."""
        self.facts, self.unread, self.offset = 0, 0, 0
        self._app, self._log, self._tell, self._known_at = app, log, tell, known_at
        self._number = 0
        self.generation = f".g{patiently(self._begun, tell=tell)[:12]}"
        self.folds = patiently(lambda: app.store.prepare(self.generation), tell=tell)
        self._rows = {kind: self._ahead_of(kind) for kind in KINDS}
        self._days = Ahead(self._known_days, self._save_days, most=NAMES_AHEAD,
                           at_once=NAMES_AT_ONCE, weigh=_names_in)

    def fold_up_to(self, mark: str) -> int:
        """Folds on up to the mark; how many facts that was. While one chunk is folded and written,
        the next is read: most of the time goes into understanding facts here, and the database
        is another process."""
        before = self.facts
        with _rings_ignored(), ThreadPoolExecutor(1) as pool:
            folding = pool.submit(self._fold, [])
            for chunk in self._chunks(mark):
                batch = self._heard(chunk)
                folding.result()
                folding = pool.submit(self._fold, batch)
                if self.facts % TOLD_EVERY < len(chunk):
                    self._tell(f"{self.facts} facts read")
            folding.result()
            for rows in self._rows.values():
                rows.write()
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
        keys = keys_in(batch)
        changes = fold(batch, {kind: self._rows[kind].known(keys[kind]) for kind in keys})
        for kind in keys:
            self._rows[kind].take({**changes.new.get(kind, {}), **changes.replaced.get(kind, {})})
        self._fold_days(changes)

    def _fold_days(self, changes: Changes) -> None:
        self._days.take(changes.onto(self._days.known(changes.places())))

    def _ahead_of(self, kind: Kind) -> Ahead[Row]:
        return Ahead(partial(self._known_rows, kind), partial(self._save_rows, kind),
                     most=ROWS_AHEAD, at_once=ROWS_AT_ONCE)

    def _known_rows(self, kind: Kind, keys: Iterable[str]) -> dict[str, Row]:
        return patiently(lambda: self.folds.rows.known_of(kind, keys), tell=self._tell)

    def _save_rows(self, kind: Kind, rows: Mapping[str, Row], known: Container[str]) -> None:
        self._once(lambda session: self.folds.rows.save_of(kind, rows, known=known,
                                                           session=session))

    def _known_days(self, keys: Iterable[str]) -> dict[str, DayRow]:
        return patiently(lambda: self.folds.days.known(keys), tell=self._tell)

    def _save_days(self, rows: Mapping[str, DayRow], known: Container[str]) -> None:
        self._once(lambda session: self.folds.days.save(rows, known=known, version=1,
                                                        session=session))

    def _begun(self) -> str:
        def work(within: Transaction) -> str:
            name = within.new_id()
            self._app.store.progress.begin(f".g{name[:12]}", within=within)
            return name

        return self._app.transactions.run(work)

    def _once(self, write: Callable[[Any], None]) -> None:
        self._number += 1

        def work(within: Transaction) -> None:
            if self._app.store.progress.is_next(self.generation, self._number, within=within):
                write(within.session)

        patiently(lambda: self._app.transactions.run(work), tell=self._tell)


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


def _names_in(row: DayRow) -> int:
    return 10 + sum(len(standing) for standing in row.names.values())


@contextmanager
def _rings_ignored() -> Iterator[None]:
    """Looking for rings among what is kept took a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
