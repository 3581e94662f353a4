"""Copying: publish to the city, then give positions, then let go of what was heard."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from kernel import metrics
from kernel.consume.fate import Permanent
from kernel.crash import crash_point
from kernel.envelope import Envelope
from kernel.mongo import Unavailable
from kernel.transaction import Transactions
from services.city.domain.broken import NotPublic
from services.city.store.feed import Feed, Published
from services.city.usecases.leaving import leaving

QUEUE = "bridge.copy-facts"
log = logging.getLogger(__name__)


class Outside(Protocol):
    """What is needed of the city's virtual host."""

    def publish(self, facts: Sequence[Published], /) -> None: ...


class Copying:
    """The handler of the bridge's queue.

    The broker gives that queue to one consumer at a time and what it held to the next one first, so
    facts come in order; a position is given once, whoever asks again (docs/decisions/0021). A death
    between two steps only repeats them: other systems may get the same id twice, never a gap.
    """

    def __init__(self, transactions: Transactions, feed: Feed, town: Outside) -> None:
        self._transactions, self._feed, self._town = transactions, feed, town

    def copy(self, heard: Sequence[Envelope]) -> None:
        """Safe to repeat. Raises Permanent for one that may not leave (it is parked), Unavailable
        for whatever else goes wrong: facts behind it must not overtake it, so they wait."""
        try:
            self._copied([leaving(envelope) for envelope in heard])
        except NotPublic as refused:
            metrics.count("xiangxin_city_refused_total")
            raise Permanent(str(refused)) from refused
        except Unavailable:
            raise
        except Exception as fault:
            log.warning("copying waits: %s: %s", type(fault).__name__, fault)
            raise Unavailable(f"copying waits: {type(fault).__name__}") from fault

    def _copied(self, facts: Sequence[Published]) -> None:
        known = self._feed.known([fact.id for fact in facts])
        new = [fact for fact in facts if fact.id not in known]
        if not new:
            return
        crash_point("bridge.before_publish")
        self._town.publish(new)
        crash_point("bridge.after_publish")
        self._transactions.run(lambda transaction: self._feed.append(new, transaction))
        crash_point("bridge.after_feed")
        metrics.count("xiangxin_city_facts_total", len(new))
