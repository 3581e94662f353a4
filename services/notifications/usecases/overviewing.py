"""How messages stand: what was accepted of late, what waits and since when (N-25, N-26)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from kernel.transaction import Transaction
from services.notifications.domain.lanes import LANES, Lane, lane_of
from services.notifications.domain.message import ORDER, Purpose, State
from services.notifications.store.acts import Act
from services.notifications.usecases.application import App
from services.notifications.usecases.operating import stuck_since
from services.notifications.usecases.watching import OVER

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
    """Everything at a glance. `accepted` are those of the last `days`, counted as they were;
    `states` hold every state that these are in now, and together they are as many."""

    days: int
    accepted: int
    states: Mapping[State, int]
    lanes: Sequence[Waiting]
    stuck: int
    acts: Sequence[Act]

    @property
    def missing(self) -> int:
        """Accepted and nowhere; below 0: there and never accepted. Always 0 (N-26)."""
        return self.accepted - sum(self.states.values())


def overview(app: App) -> Standing:
    """Messages of the last days by state, and all that wait by lane: what it costs grows with
    these, not with what is kept. Raises Unavailable."""
    accepted, states = _states(app)
    queued: Counter[Lane] = Counter()
    held: Counter[Lane] = Counter()
    since: dict[Lane, datetime] = {}
    for each in app.store.overview.waiting():
        lane = lane_of(cast(Purpose, each.purpose))
        if each.state in ("queued", "claimed"):
            queued[lane] += each.count
            since[lane] = min(each.oldest, since.get(lane, each.oldest))
        elif each.state == "held":
            held[lane] += each.count
    return Standing(
        days=OVER.days, accepted=accepted, states={state: states[state] for state in ORDER},
        lanes=[Waiting(lane=lane, queued=queued[lane], held=held[lane], since=since.get(lane))
               for lane in LANES],
        stuck=app.store.overview.overdue(stuck_since(app)),
        acts=app.store.acts.latest(limit=LATEST),
    )


def _states(app: App) -> tuple[int, Counter[str]]:
    """How many were accepted, and the states that they are in, both of one moment."""
    since = app.clock() - OVER

    def work(transaction: Transaction) -> tuple[int, Counter[str]]:
        return (app.store.tallies.accepted(since, within=transaction),
                Counter(app.store.overview.counted(since, within=transaction)))

    return app.transactions.run(work)
