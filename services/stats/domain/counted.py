"""All that is counted, as one reader may see it: the figures of a scope and of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.stats.domain.day import DayRow
from services.stats.domain.figures import Figures, Scope, figures
from services.stats.domain.programme import UNKNOWN_WING, Programme
from services.stats.domain.secrecy import GROUP_OF, Guard, Window, guard_of
from services.stats.domain.tally import Tally

Parts = Mapping[str, Figures]
_DAYS_OF = {"day": 10, "month": 7, "year": 4}  # letters of the day that name the part
BY = ("day", "month", "year", "programme", "wing", "street", "owner")
_NAMELESS = ("", UNKNOWN_WING)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Day rows and programmes; without a guard the reader may see everything exactly."""

    rows: Sequence[DayRow]
    programmes: Mapping[str, Programme]
    guard: Guard | None = None

    @classmethod
    def for_everybody(cls, rows: Sequence[DayRow], programmes: Mapping[str, Programme], *,
                      today: str, smallest: int) -> Counted:
        """As it may be shown without a right to what is confidential."""
        secret = (row for row in rows if _is_secret(row, _programme(programmes, row)))
        return cls(rows=rows, programmes=programmes,
                   guard=guard_of(secret, today=today, smallest=smallest))

    def tally(self, scope: Scope) -> Tally:
        """Everything within the scope, added up; a name counts once however many rows have it."""
        total = Tally()
        window = Window(first=scope.first, last=scope.last, whole=scope.street is None)
        for row, programme in self.selected(scope):
            self._add(total, row, programme, window)
        return total

    def figures(self, scope: Scope) -> Figures:
        """The figures of a scope."""
        return figures(self.tally(scope))

    def parts(self, scope: Scope, by: str) -> Parts:
        """The figures of each part by its name, in its order; rows that have none are left out."""
        named, tallies = _names_of(by), dict[str, Tally]()
        for row, programme in self.selected(scope):
            name = named(row, programme)
            if name not in _NAMELESS:
                total = tallies.setdefault(name, Tally())
                self._add(total, row, programme, _window(scope, by, name))
        return {name: figures(total) for name, total in sorted(tallies.items())}

    def selected(self, scope: Scope) -> Iterator[tuple[DayRow, Programme]]:
        """The rows within the scope, each with its programme."""
        for row in self.rows:
            programme = _programme(self.programmes, row)
            if scope.takes(row, programme):
                yield row, programme

    def shown(self, scope: Scope) -> Iterator[tuple[DayRow, Programme]]:
        """The rows within the scope that this reader may see one by one."""
        return ((row, programme) for row, programme in self.selected(scope) if not self._hides(row))

    def hidden(self, scope: Scope) -> Iterator[tuple[DayRow, Programme]]:
        """The rows within the scope that this reader may not see one by one."""
        return ((row, programme) for row, programme in self.selected(scope) if self._hides(row))

    def open_rows(self) -> Iterator[DayRow]:
        """Without those that this reader may not see one by one."""
        return (row for row in self.rows if not self._hides(row))

    def told_of(self, row: DayRow, measures: Iterable[str]) -> list[str]:
        """Those of the measures that this reader may see of one row."""
        return [name for name in measures if name not in GROUP_OF or not self._hides(row)]

    def _hides(self, row: DayRow) -> bool:
        return self.guard is not None and _is_secret(row, _programme(self.programmes, row))

    def _add(self, total: Tally, row: DayRow, programme: Programme, window: Window) -> None:
        if self.guard is not None and _is_secret(row, programme):
            total.add_guarded(row, programme, self.guard, window)
        else:
            total.add(row, programme)


def _programme(programmes: Mapping[str, Programme], row: DayRow) -> Programme:
    key = row.place.programme
    return programmes.get(key) or Programme.untold(key)


def _is_secret(row: DayRow, programme: Programme) -> bool:
    return row.place.confidential or programme.confidential


def _names_of(by: str) -> Callable[[DayRow, Programme], str]:
    if by in _DAYS_OF:
        return lambda row, _: row.place.day[:_DAYS_OF[by]]
    if by == "street":
        return lambda row, _: row.place.street
    return lambda _, programme: str(getattr(programme, "key" if by == "programme" else by))


def _window(scope: Scope, by: str, name: str) -> Window:
    """The days of the part; all days of a month begin with it, and "~" sorts behind every digit."""
    whole = scope.street is None and by != "street"
    if by not in _DAYS_OF:
        return Window(first=scope.first, last=scope.last, whole=whole)
    return Window(first=max(scope.first, name), last=min(scope.last, f"{name}~"), whole=whole)
