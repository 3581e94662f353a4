"""What is tried again, for how long, and what it is called when it is given up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    ServerSelectionTimeoutError,
    WriteError,
)

from kernel.attempt import LostRace, first_come, until_committed
from kernel.clock import system_clock
from kernel.memory import memory_database
from kernel.mongo import Unavailable, translate
from kernel.transaction import Once, Transaction, Transactions

TRANSIENT = {"errorLabels": ["TransientTransactionError"]}


def plain(work: Callable[[ClientSession | None], Any], *, until: float) -> Any:
    return work(None)


def failing(times: int, error: Exception) -> Callable[[ClientSession | None], int]:
    """Work that fails so many times and then says which call succeeded."""
    calls = 0

    def work(_: ClientSession | None) -> int:
        nonlocal calls
        calls += 1
        if calls <= times:
            raise error
        return calls

    return work


@pytest.mark.parametrize(
    "error",
    [
        LostRace(),
        OperationFailure("conflict", 112),
        OperationFailure("aborted", 251, TRANSIENT),
        BulkWriteError(TRANSIENT),
    ],
)
def test_a_lost_race_is_tried_again(error: Exception) -> None:
    assert until_committed(plain, failing(3, error), 5.0) == 4


@pytest.mark.parametrize("error", [ValueError("x"), DuplicateKeyError("x", 11000), WriteError("x")])
def test_what_will_not_change_leaves_at_once_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        until_committed(plain, failing(99, error), 5.0)
    assert caught.value is error and caught.value.__cause__ is None


@pytest.mark.parametrize("error", [LostRace(), OperationFailure("x", 112)])
def test_a_race_lost_until_the_deadline_is_unavailable(error: Exception) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable, match="kept changing"):
        until_committed(plain, failing(10**6, error), 0.2)
    assert time.monotonic() - started < 1.0


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("x"),
        NetworkTimeout("x"),
        ServerSelectionTimeoutError("x"),
        ExecutionTimeout("x", 50),
        OperationFailure("x", 11600),
    ],
)
def test_errors_of_the_connection_are_called_unavailable(error: Exception) -> None:
    assert isinstance(translate(error), Unavailable)
    with pytest.raises(Unavailable):
        until_committed(plain, failing(99, error), 0.2)


def test_a_duplicate_among_the_kernels_own_rows_is_a_lost_race() -> None:
    duplicate = {"writeErrors": [{"code": 11000}]}
    for error in (DuplicateKeyError("x", 11000), BulkWriteError(duplicate)):
        with pytest.raises(LostRace), first_come():
            raise error
    other = {"writeErrors": [{"code": 11000}, {"code": 121}]}
    with pytest.raises(BulkWriteError), first_come():
        raise BulkWriteError(other)


@pytest.mark.parametrize("once", [None, Once("k", "same")])
def test_larger_work_may_be_given_its_own_deadline(once: Once | None) -> None:
    transactions = Transactions(memory_database(), source="/unit", clock=system_clock,
                                deadline=60.0)

    def lost(_: Transaction) -> Any:
        raise LostRace("always")

    began = time.monotonic()
    with pytest.raises(Unavailable):
        if once is None:
            transactions.run(lost, within=0.1)
        else:
            transactions.answer(once, lost, within=0.1)
    assert time.monotonic() - began < 30
