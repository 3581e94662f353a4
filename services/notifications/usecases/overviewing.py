"""How all messages stand: what was accepted, what waits and since when (N-25, N-26)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from services.notifications.domain.lanes import LANES, Lane, lane_of
from services.notifications.domain.message import ORDER, Purpose, State
from services.notifications.store.acts import Act
from services.notifications.usecases.application import App
from services.notifications.usecases.operating import stuck_since

LATEST = 20  # acts shown


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One lane: how many are queued and held, and since when the oldest queued one waits."""

    lane: Lane
    queued: int
    held: int
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Everything at a glance; `states` hold every state, and together they are `accepted`."""

    accepted: int
    states: Mapping[State, int]
    lanes: Sequence[Waiting]
    stuck: int
    acts: Sequence[Act]


def overview(app: App) -> Standing:
    """All messages by state and by lane. Reads every message once; raises Unavailable."""
    states: Counter[str] = Counter()
    queued: Counter[Lane] = Counter()
    held: Counter[Lane] = Counter()
    since: dict[Lane, datetime] = {}
    for each in app.store.overview.counted():
        states[each.state] += each.count
        lane = lane_of(cast(Purpose, each.purpose))
        if each.state in ("queued", "claimed"):
            queued[lane] += each.count
            since[lane] = min(each.oldest, since.get(lane, each.oldest))
        elif each.state == "held":
            held[lane] += each.count
    return Standing(
        accepted=states.total(), states={state: states[state] for state in ORDER},
        lanes=[Waiting(lane=lane, queued=queued[lane], held=held[lane], since=since.get(lane))
               for lane in LANES],
        stuck=app.store.overview.overdue(stuck_since(app)),
        acts=app.store.acts.latest(limit=LATEST),
    )
