"""Lanes: which messages leave before which (N-17), and where one waits that has to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from services.notifications.domain.message import BROADCASTS, Message, Purpose, State

Lane = Literal["cancelled", "promoted", "confirmed", "reminder", "hours", "broadcast"]
LANES: tuple[Lane, ...] = get_args(Lane)
PURPOSES: Mapping[Lane, frozenset[Purpose]] = {
    # whoever is not told in time stands before a closed door
    "cancelled": frozenset({"cancelled", "session_cancelled", "moved", "lapsed"}),
    # a person has to answer, or come, before a deadline
    "promoted": frozenset({"promoted", "offered", "consent", "sign_in_code"}),
    "confirmed": frozenset(
        {"confirmed", "waitlisted", "pending_consent", "pending_approval", "in_draw",
         "opted_out", "opted_in"}
    ),
    "reminder": frozenset({"reminder"}),
    "hours": frozenset({
        "hours_credited", "hours_held", "hours_corrected", "correction_approved",
        "correction_refused",
    }),
    "broadcast": BROADCASTS,
}
_LANE_OF: Mapping[Purpose, Lane] = {
    purpose: lane for lane, purposes in PURPOSES.items() for purpose in purposes
}
EXPRESS: tuple[Lane, ...] = ("cancelled", "promoted")
ORDINARY: tuple[Lane, ...] = tuple(lane for lane in LANES if lane not in EXPRESS)
IN_HAND, UNKNOWN, UNRECEIPTED = 100, 101, 102
_WATCHED: Mapping[State, int] = {
    "claimed": IN_HAND, "sending": IN_HAND, "unknown": UNKNOWN, "submitted": UNRECEIPTED,
}


def lane_of(purpose: Purpose) -> Lane:
    """The lane of a purpose; every purpose has one."""
    return _LANE_OF[purpose]


def number_of(lane: Lane) -> int:
    """The number a lane is kept under: the smaller leaves first."""
    return LANES.index(lane)


def turn_of(message: Message) -> int | None:
    """Where a message waits to be looked at: in its lane, in a worker's hand, for an answer, or
    for a receipt; None for one at rest, which is never looked at again by itself."""
    if message.look_at is None:
        return None
    if message.state in ("queued", "held"):
        return number_of(lane_of(message.purpose))
    return _WATCHED.get(message.state)
