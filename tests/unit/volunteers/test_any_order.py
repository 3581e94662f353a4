"""C-13, C-15, C-16: whatever the order, repeats and batches, the ledger comes to the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from services.volunteers.usecases import balance_of, hours_of
from services.volunteers.usecases.verifying import verify
from tests.unit.volunteers.histories import STEPS, history, lived, orders
from tests.unit.volunteers.ledgers import Row, an_app, effective
from tests.unit.volunteers.plain import a_plain_app

IN_ORDER = [[index] for index in range(STEPS)]
EXPECTED = [  # C-07: b, late and dawn begin later; C-08: c is the fourth pair; C-09: approved
    ("-a", "credited", 300), ("-b", "credited", 180), ("-c", "held", 0),
    ("-dawn", "credited", 60), ("-held", "credited", 40), ("-late", "credited", 0),
    ("-late", "credited", 60), ("-night", "credited", 240),
]


def once_in_order() -> list[Row]:
    app = an_app()
    lived(app, history("p1"), IN_ORDER)
    return effective(app)


MODEL = once_in_order()
TOTAL = sum(line[2] for line in MODEL)


def test_the_history_is_what_it_is_meant_to_be() -> None:
    assert [line[:3] for line in MODEL] == EXPECTED


@settings(max_examples=25, deadline=None, database=None)
@given(batches=orders())
def test_c_13_any_order_gives_the_same_ledger_and_an_unbroken_chain(
    batches: list[list[int]]
) -> None:
    app = an_app()
    lived(app, history("p1"), batches)
    assert effective(app) == MODEL
    assert verify(app).faults == []
    hours = hours_of(app, "p1")
    assert hours.minutes == balance_of(app, "p1").minutes == TOTAL


def same_on_plain(batches: list[list[int]]) -> None:
    app, store = a_plain_app()
    lived(app, history("p1"), batches)
    assert store.effective() == MODEL
    assert store.known_heads["p1"].minutes == sum(one.minutes for one in store.ledger) == TOTAL
    assert [one.previous for one in store.ledger[1:]] == [one.hash for one in store.ledger[:-1]]


@settings(max_examples=100, deadline=None, database=None)
@given(batches=orders())
def test_c_13_hundreds_of_orders_give_the_same_ledger(batches: list[list[int]]) -> None:
    same_on_plain(batches)


@pytest.mark.chaos
@settings(max_examples=2_000, deadline=None, database=None)
@given(batches=orders())
def test_c_13_thousands_of_orders_give_the_same_ledger(batches: list[list[int]]) -> None:
    same_on_plain(batches)
