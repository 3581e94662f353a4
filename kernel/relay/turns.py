"""Whose turn it is: facts of one subject go one by one, subjects do not wait for each other."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable

from kernel.relay.rows import Row

REMEMBERED = 100_000  # subjects of which the last confirmed number is kept


class Told:
    """The last confirmed number of the subjects told of lately; saves asking the database."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._last: OrderedDict[str, int] = OrderedDict()
        self._most = most

    def confirmed(self, row: Row) -> None:
        self._last[row.subject] = row.sequence
        self._last.move_to_end(row.subject)
        if len(self._last) > self._most:
            self._last.popitem(last=False)

    def follows(self, row: Row) -> bool:
        """Whether the row is known to be the next of its subject."""
        return row.sequence == 1 or self._last.get(row.subject) == row.sequence - 1


class Turns:
    """The rows of one round, by subject. At most one row of a subject is on its way at any time."""

    def __init__(self) -> None:
        self._ready: deque[Row] = deque()
        self._behind: dict[str, deque[Row]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Rows whose first of each subject may go; the rest of a subject follows while no number
        is missing between."""
        for subject, run in by_subject(rows).items():
            self._ready.append(run[0])
            self._behind[subject] = deque(run[1:])

    def next(self) -> Row | None:
        return self._ready.popleft() if self._ready else None

    def confirmed(self, row: Row) -> None:
        """The row has arrived: the next of its subject may go."""
        behind = self._behind[row.subject]
        if behind and behind[0].sequence == row.sequence + 1:
            self._ready.append(behind.popleft())

    def stopped(self, row: Row) -> list[Row]:
        """The row did not arrive: those behind it, which must wait."""
        return list(self._behind.pop(row.subject))


def by_subject(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by subject, each once, in order of their numbers."""
    subjects: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        subjects[row.subject][row.sequence] = row
    return {
        subject: [row for _, row in sorted(numbered.items())]
        for subject, numbered in subjects.items()
    }
