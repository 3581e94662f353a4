"""Every door that is open to everyone counts the orders of each address; nobody has to do it."""

from __future__ import annotations

from copy import copy
from typing import Any

from kernel.tries import Tries
from kernel.web import ANYONE, Door, Refused
from kernel.web.access import SAFE_METHODS
from ops.doors.callers import Tokens, by_token
from ops.doors.listing import doors

DOORS = doors()


class Few(Tokens):
    """One order a minute."""

    writes_per_address = 1


def second_is_refused(door: Door, token: str | None = None) -> bool:
    """Whether the second order of an address within a minute is told when to come back."""
    asked: Any = copy(door)
    asked.settings, asked.tries = Few, Tries()
    for _ in range(2):
        try:
            asked._read({**by_token(door, token), "REMOTE_ADDR": "10.0.0.1"}, b"")
        except Refused as refused:
            if refused.problem.code == "too_many_orders":
                return refused.problem.status == 429 and "Retry-After" in dict(refused.headers)
    return False


def test_every_open_door_that_takes_orders_counts_them_by_address() -> None:
    """Looking is not counted, nor is whoever a rule of access keeps out."""
    counted = {(one.service, one.address) for one in DOORS if second_is_refused(one.door)}
    open_orders = {(one.service, one.address) for one in DOORS if one.door.allow is ANYONE
                   and one.door.method.split(",")[-1] not in SAFE_METHODS}
    assert counted == open_orders and len(counted) > 30


def test_staff_are_never_counted() -> None:
    some = [one.door for one in DOORS if one.door.allow is ANYONE and one.door.method == "POST"]
    assert not any(second_is_refused(door, Tokens.staff_token) for door in some)
