"""What the wall remembers is what it would work out anew, after every single fact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from contracts.event import Fact
from services.stats.domain.board import Board
from services.stats.domain.figures import Scope
from services.stats.usecases.application import Stats
from services.stats.usecases.board import board
from services.stats.usecases.folding import fold_figures
from tests.unit.stats.builders import (
    NOW,
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    corrected,
    credited,
    delivered,
    published,
    redeemed,
    scheduled,
    signed_up,
    stats,
    submitted,
    told,
    visited,
    work_item,
)

TODAY = date(2021, 9, 30)
SOON = a_session(9, starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))


def a_day() -> list[Fact]:
    """Facts of every kind, among them many that change no figure."""
    return [
        published(), scheduled(SOON), signed_up("r1", "a", session=SOON), credited("a"),
        signed_up("r2", "b", session=SOON), closed(served=40), submitted("m1"), delivered("m1"),
        published("growth-camp", "连心", confidential=True), attended("c", a_camp()),
        signed_up("r3", "d", session=SOON), corrected("a", -90, reverses="session-1-a"),
        attended("e", an_evening()), visited(1, "household-1"), redeemed(1, "w1"),
        work_item("i1", "open", TODAY), signed_up("r4", "f", session=SOON),
        published(title="另一个名字"), submitted("m2"),
    ]


def anew(app: Stats) -> Board:
    """The wall of a process that remembers nothing."""
    return board(stats(app.transactions.database), Scope(as_of=TODAY))


def test_after_every_fact_the_wall_shows_what_it_would_anew() -> None:
    app = stats()
    for envelope in told(a_day()):
        fold_figures(app, [envelope])
        assert board(app, Scope(as_of=TODAY)) == anew(app)


def test_sign_ups_and_messages_cost_no_new_figures_and_are_counted_all_the_same() -> None:
    app = stats()
    shown: list[Any] = []
    for fact in ([credited("a"), signed_up("r1", "a"), submitted("m1")],
                 [signed_up("r2", "b", "c"), delivered("m1")], [credited("b")]):
        fold_figures(app, told(fact, at=NOW + timedelta(minutes=len(shown))))
        shown.append(board(app, Scope(as_of=TODAY)))

    first, second, third = shown
    assert second.by_programme is first.by_programme
    assert (first.today["signups"], second.today["signups"]) == (1, 3)
    assert third.by_programme is not second.by_programme and third.total["persons"] == 2


def test_another_period_does_not_drive_out_what_the_wall_remembers() -> None:
    app = stats()
    fold_figures(app, told([credited("a")]))
    first = board(app, Scope(as_of=TODAY))

    assert board(app, Scope(as_of=date(2021, 8, 31))).total["persons"] is None
    assert board(app, Scope(as_of=TODAY)).by_programme is first.by_programme
