"""Figures worked out anew from the log: served meanwhile, proven equal, put in place at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.envelope import Envelope
from kernel.mongo import Unavailable
from kernel.transaction import Transactions
from services.stats.domain.figures import Scope
from services.stats.store.progress import Overtaken
from services.stats.usecases import building, patience
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of, position
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.knowing import figures_known_at
from services.stats.usecases.rebuilding import Rebuilt, held, rebuild
from tests.unit.stats.builders import (
    NOW,
    a_session,
    attended,
    closed,
    credited,
    published,
    stats,
    told,
    visited,
)

SCOPE = Scope(as_of=date(2021, 9, 30))


@dataclass(frozen=True)
class Line:
    offset: int
    body: bytes


@dataclass
class MemoryLog:
    """A log in memory; `meanwhile` is called when reading begins."""

    bodies: list[bytes] = field(default_factory=list)
    waiting: int = 0
    meanwhile: Callable[[], Any] = lambda: None

    def tell(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        self.bodies += [envelope.to_json().encode() for envelope in envelopes]
        return envelopes

    def mark(self) -> str:
        return str(len(self.bodies))

    def depth(self, queue: str) -> int:
        return self.waiting

    def read(self, *, since: int = 0, until: str) -> Iterator[list[Line]]:
        self.meanwhile()
        lines = [Line(at, body) for at, body in enumerate(self.bodies[:int(until)])][since:]
        for at in range(0, len(lines), 3):
            yield lines[at:at + 3]


def season() -> list[Envelope]:
    mornings = [a_session(n, starts_at=a_session().starts_at - timedelta(days=n))
                for n in range(4)]
    facts: list[Any] = [published(), visited(1, "h1")]
    for morning in mornings:
        facts += [attended("a", morning), credited("a", morning), closed(morning, served=7)]
    return told(facts)


@pytest.fixture
def app() -> Stats:
    return stats()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def nothing(_text: str) -> None:
    """What a rebuild says while it works is not asked for."""


def anew(app: Stats, log: MemoryLog, **options: Any) -> Rebuilt:
    return rebuild(app, log, tell=nothing, **options)


def test_figures_from_the_log_take_the_place_of_those_served(app: Stats, log: MemoryLog) -> None:
    fold_figures(app, log.tell(season()))
    before, then = figures_of(app, SCOPE), position(app)
    seen = []
    log.meanwhile = lambda: seen.append(figures_of(app, SCOPE))

    found = anew(app, log)

    assert (found.differences, found.switched, found.facts) == ([], True, 14)
    assert figures_of(app, SCOPE) == before and set(map(str, seen)) == {str(before)}
    assert position(app).epoch != then.epoch and position(app).generation != then.generation


def test_a_log_longer_than_what_is_kept_in_memory_gives_the_same(
    app: Stats, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHUNK", "ROWS_AHEAD", "NAMES_AHEAD", "ROWS_AT_ONCE"):
        monkeypatch.setattr(building, name, 1)
    fold_figures(app, log.tell(season()))

    found = anew(app, log)

    assert (found.differences, found.switched, found.facts) == ([], True, 14)


def test_folding_goes_on_in_the_new_place(app: Stats, log: MemoryLog) -> None:
    fold_figures(app, log.tell(season()))
    anew(app, log)

    fold_figures(app, log.tell(told([credited("b")], at=NOW + timedelta(hours=1))))

    assert figures_of(app, SCOPE)["persons"] == 2
    assert anew(app, log).differences == []


def test_what_still_waits_in_the_queue_is_in_both_and_no_difference(
    app: Stats, log: MemoryLog
) -> None:
    told_facts = log.tell(season())
    fold_figures(app, told_facts[:5])
    log.waiting = len(told_facts) - 5

    assert anew(app, log).switched
    assert figures_of(app, SCOPE)["sessions"] == 4


def test_a_database_that_lost_everything_is_filled_again(app: Stats, log: MemoryLog) -> None:
    log.tell(season())

    assert anew(app, log, accept=True).switched
    assert figures_of(app, SCOPE)["sessions"] == 4


def test_a_fact_that_the_log_does_not_have_is_a_difference_and_nothing_is_switched(
    app: Stats, log: MemoryLog
) -> None:
    fold_figures(app, told([visited(9, "h9")], at=NOW + timedelta(hours=1)))
    fold_figures(app, log.tell(season()))
    then = position(app)

    found = anew(app, log)

    assert not found.switched and position(app).generation == then.generation
    assert found.differences == [
        "2021-09-01|hardship-visits|葵涌 names of opened_visits: 2 of 2 served, 1 of 1 anew",
        "2021-09-01|hardship-visits|葵涌 names of visited_households: 2 of 2 served, 1 of 1 anew",
        "2021-09-01|hardship-visits|葵涌 visits: 2 of 2 served, 1 of 1 anew",
    ]
    assert figures_of(app, SCOPE)["households"] == 2
    assert anew(app, log, accept=True).switched
    assert figures_of(app, SCOPE)["households"] == 1


def test_verifying_finds_a_figure_that_somebody_altered(app: Stats, log: MemoryLog) -> None:
    fold_figures(app, log.tell(season()))
    days = app.transactions.database["days"]
    days.update_one({"programme": "road-angels"}, {"$inc": {"sums.minutes": 1}})

    found = anew(app, log, switch=False)

    [line] = found.differences
    assert line.endswith("minutes: 91 of 1 served, 90 of 1 anew")
    assert not any(".g" in name for name in app.transactions.database.list_collection_names())


def test_nobody_else_folds_while_the_new_figures_take_their_place(
    app: Stats, log: MemoryLog
) -> None:
    one, two = season()[2:4]
    fold_figures(app, [one])

    with held(app, "me", tell=nothing):
        with pytest.raises(Unavailable):
            fold_figures(app, [two])
        with pytest.raises(Unavailable), held(app, "you", tell=nothing):
            pass
        fold_figures(app, [two], holder="me")
    fold_figures(app, [two])

    assert figures_of(app, SCOPE)["minutes"] == 90


def test_a_hold_whose_holder_died_ends_by_itself(app: Stats) -> None:
    fold_figures(app, season()[:1])
    app.transactions.database["progress"].update_one(
        {}, {"$set": {"holder": "dead", "held_until": NOW - timedelta(seconds=1)}})

    fold_figures(app, season())

    assert figures_of(app, SCOPE)["sessions"] == 4


def test_what_cannot_be_read_is_counted_and_left_out(app: Stats, log: MemoryLog) -> None:
    log.bodies += [b"no envelope", season()[0].to_json().replace('"title"', '"titel"').encode()]
    fold_figures(app, log.tell(season()))

    found = anew(app, log)

    assert (found.unread, found.differences) == (2, [])


class Losing(Transactions):
    """Commits, and loses the answer of so many of the first transactions."""

    losses = 0

    def run(self, work: Any, **options: Any) -> Any:
        result = super().run(work, **options)
        if self.losses > 0:
            self.losses -= 1
            raise Unavailable("the answer was lost")
        return result


@pytest.fixture
def answers(app: Stats, monkeypatch: pytest.MonkeyPatch) -> Losing:
    monkeypatch.setattr(patience, "PAUSES", (0.0,) * 3)
    return Losing(app.transactions.database, source="/stats", clock=app.clock)


@pytest.fixture
def losing(app: Stats, answers: Losing) -> Stats:
    return replace(app, transactions=answers)


@pytest.mark.parametrize("rows_ahead", [1, 10_000])
def test_a_write_whose_answer_was_lost_is_not_made_twice(
    losing: Stats, answers: Losing, log: MemoryLog, rows_ahead: int,
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "ROWS_AHEAD", rows_ahead)
    fold_figures(losing, log.tell(season()))
    said = []

    def tell(text: str) -> None:
        said.append(text)
        answers.losses = int(not text.startswith("the answer"))

    answers.losses = 1
    found = rebuild(losing, log, tell=tell)

    assert (found.differences, found.switched, found.facts) == ([], True, 14)
    assert said.count("the answer was lost; trying again in 0 s") >= 2
    assert figures_of(losing, SCOPE)["sessions"] == 4


def test_a_database_that_stays_away_ends_it_and_what_was_served_stays(
    losing: Stats, answers: Losing, log: MemoryLog
) -> None:
    fold_figures(losing, log.tell(season()))
    then = position(losing)
    answers.losses = 4

    with pytest.raises(Unavailable):
        anew(losing, log)

    assert position(losing) == then
    assert anew(losing, log).switched


def test_who_begins_another_time_stops_the_one_before(app: Stats, log: MemoryLog) -> None:
    fold_figures(app, log.tell(season()))
    first = building.Building(app, log, tell=nothing)
    second = building.Building(app, log, tell=nothing)

    with pytest.raises(Overtaken):
        first.fold_up_to(log.mark())
    assert second.fold_up_to(log.mark()) == 14


def test_figures_known_at_a_moment_are_without_what_was_told_later(
    app: Stats, log: MemoryLog
) -> None:
    later = NOW + timedelta(hours=1)
    fold_figures(app, log.tell(season()))
    fold_figures(app, log.tell(told([credited("late", a_session(1))], at=later)))

    then = figures_known_at(app, log, NOW + timedelta(minutes=30), SCOPE, tell=nothing)

    assert (then["persons"], figures_of(app, SCOPE)["persons"]) == (1, 2)
