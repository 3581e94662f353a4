"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from kernel.clock import Clock, Ids, new_id
from kernel.transaction import Transactions
from kernel.tries import Tries
from services.notifications.domain.broadcast import Terms
from services.notifications.domain.life import Patience
from services.notifications.domain.limits import Limits
from services.notifications.domain.notice import Rules
from services.notifications.store import Store
from services.notifications.templates import Texts
from services.notifications.templates.codes import Codes
from services.notifications.usecases.changing import Changes, LookUps, grouped, looked_up
from services.notifications.usecases.routing import Routes


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How messages leave: calls at once, and how long a worker may hold one."""

    at_once: int = 50
    lease: timedelta = timedelta(seconds=30)  # longer than any call may take
    queued_at_once: int = 100  # messages of a broadcast in one transaction
    stuck_after: timedelta = timedelta(minutes=5)  # overdue for so long, staff are shown it


@dataclass(frozen=True, kw_only=True)
class App:
    """Where it keeps, how it tells, what it says and through whom."""

    transactions: Transactions
    store: Store
    texts: Texts
    routes: Routes
    clock: Clock
    codes: Codes = field(default_factory=Codes)
    kept: timedelta = timedelta(days=30)  # texts, values, and numbers without dealings (N-23)
    audience_kept: timedelta = timedelta(days=180)  # who took part, after the session's end
    ids: Ids = new_id
    rules: Rules = field(default_factory=Rules)
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    amqp_uri: str = field(default="", repr=False)  # for a look at what is parked
    terms: Terms = field(default_factory=Terms)
    tries: Tries = field(default_factory=Tries)
    patience: Patience = field(default_factory=Patience)
    changes: Changes = field(init=False)
    look_ups: LookUps = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", grouped(self.transactions, self.store))
        object.__setattr__(self, "look_ups", looked_up(self.store))

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.routes.close()
        self.transactions.database.client.close()
