"""The caller of webhooks in this process: a feed in memory, receivers that are real, and a clock
that tests advance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network

from kernel.clock import FixedClock, new_id, system_clock
from kernel.memory import memory_database
from kernel.transaction import Transactions
from kernel.vault import MemoryVault
from services.city.domain.place import Resolve
from services.city.domain.subscriber import Subscriber
from services.city.domain.webhook import Attempt
from services.city.store import Store
from services.city.usecases import webhooking
from services.city.usecases.application import City
from services.city.usecases.leaving import leaving
from services.city.webhooks.calling import Caller, lookup
from services.city.webhooks.record import Parts
from services.city.webhooks.tail import Tail
from services.city.webhooks.turn import Rest, Turn
from tests.unit.city.builders import told

NAME = "civil-affairs"
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Office:
    """One subscriber and its webhook; `turn` does what is to be done now."""

    def __init__(self, *, facts: Sequence[str] = ("#",), within: float = 1.0,
                 networks: Sequence[object] = LOOPBACK, resolve: Resolve = lookup) -> None:
        self.database, self.clock = memory_database(), FixedClock(system_clock())
        self.store, self.vault = Store.on(self.database), MemoryVault()
        self.app = City(
            transactions=Transactions(self.database, source="/xiangxin/city", clock=self.clock),
            store=self.store, vault=self.vault, clock=self.clock,
            networks=tuple(networks))  # type: ignore[arg-type]
        self.parts = Parts(
            store=self.store, tail=Tail(self.store.feed), vault=self.vault, clock=self.clock,
            chance=lambda: 0.0, ids=new_id,
            caller=Caller(self.app.networks, resolve=resolve, within=within))
        self._told: Counter[str] = Counter()
        self.subscribe(facts)

    def subscribe(self, facts: Sequence[str] = ("#",), state: str = "active") -> None:
        self.store.subscribers.keep(Subscriber(
            name=NAME, facts=tuple(facts), state=state,  # type: ignore[arg-type]
            token_hash="0" * 64, most_connections=2, queue_megabytes=10, added_at=self.clock()))

    def set(self, url: str, begin: str | None = "first") -> str:
        """The secret."""
        secret = webhooking.set_webhook(self.app, NAME, url, begin=begin, resolve=lookup)
        assert secret is not None
        return secret

    def publish(self, *names: str) -> list[str]:
        """One visit per name into the feed; a name again is the next fact of that subject. Their
        ids, in order."""
        facts = []
        for name in names:
            self._told[name] += 1
            facts.append(leaving(told(name, self._told[name])))
        self.app.transactions.run(lambda transaction: self.store.feed.append(facts, transaction))
        return [each.id for each in facts]

    def turn(self, after: timedelta = timedelta()) -> Rest:
        """Everything that is to be done at this moment."""
        self.clock.advance(after)
        rest = Turn(self.parts, NAME, stopped=lambda: False).run()
        while rest.again:
            rest = Turn(self.parts, NAME, stopped=lambda: False).run()
        return rest

    def until_quiet(self, most: int = 100) -> timedelta:
        """Turns, the clock advanced to each time something is due, until nothing waits."""
        began, rest = self.clock(), self.turn()
        while rest.until is not None and self.is_active:
            rest = self.turn(max(rest.until - self.clock(), timedelta(milliseconds=1)))
            most -= 1
            assert most, f"still waits: {self.store.lines.of(NAME)}"
        return self.clock() - began

    @property
    def is_active(self) -> bool:
        return self.store.webhooks.of(NAME).state == "active"

    @property
    def waiting(self) -> int:
        kept = self.store.lines.of(NAME)
        assert kept is not None
        return len(kept.line.waiting)

    def calls(self, *, failed: bool = False) -> list[Attempt]:
        """Newest first."""
        return self.store.calls.latest(NAME, failed=failed, limit=10_000)
