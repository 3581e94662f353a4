"""The storm: carries out a plan of faults against a stack under load and takes the account."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from pymongo.errors import PyMongoError

from tests.chaos.plan import Strike
from tests.chaos.proxy import FaultProxy
from tests.chaos.stack import Servers, Stack
from tests.rig.account import Account
from tests.rig.crowd import Crowd
from tests.rig.process import Process

Say = Callable[[str], None]

AT_ONCE = 24
PATIENT_FOR = 150.0  # seconds; longer than a database remembers an abandoned transaction
UNCHANGED_FOR = 75.0  # seconds after which nothing more comes; longer than that memory, too
LATE_DOUBLES_WITHIN = 5.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The account after the storm, how long it took to settle, and whether it did by itself."""

    account: Account
    settled_after: float
    restarted_by_hand: bool


class Storm:
    """One run. Processes that ended are started again, as any supervisor would do."""

    def __init__(self, stack: Stack, servers: Servers, *, say: Say) -> None:
        self._stack = stack
        self._servers = servers
        self._say = say
        self._processes: Mapping[str, Process] = {}

    def rage(self, strikes: Sequence[Strike], *, count: int, seconds: float) -> Outcome:
        """Let so many residents sign up while the strikes fall; wait until all has settled."""
        self._processes = self._stack.start()
        pace = seconds / count
        crowd = Crowd(
            ask=self._stack.ask, count=count, at_once=AT_ONCE, patient=True, pace=pace,
            within=PATIENT_FOR,
        ).start()  # fmt: skip
        began = time.monotonic()
        for strike in strikes:
            self._wait(until=began + strike.at)
            self._say(str(strike))
            self._strike(strike)
        while not crowd.is_over:
            self._wait(until=time.monotonic() + 0.1)
        return self._settled(crowd)

    def _strike(self, strike: Strike) -> None:
        target: Any = {
            "broker": self._servers.broker,
            "database": self._servers.database,
            "broker line": self._servers.broker_line,
            "database line": self._servers.database_line,
        }.get(strike.target) or self._processes.get(strike.target)
        if target is None:
            self._say("          (this stack has none)")
            return
        begin, end = _how(strike.fault, target)
        begin()
        self._wait(until=time.monotonic() + strike.lasts)
        if end:
            end()

    def _wait(self, *, until: float) -> None:
        """Until then; who ended meanwhile is started again."""
        while True:
            for process in self._processes.values():
                if not process.is_running:
                    process.start(ready=False)
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, 0.2))

    def _settled(self, crowd: Crowd) -> Outcome:
        """The account once nothing is missing. When nothing has changed for long, every process is
        restarted by hand, once, so that what only hangs does not count as lost."""
        began = time.monotonic()
        account = self._quiet(crowd)
        settled_after, by_hand = time.monotonic() - began, bool(account.lost)
        if by_hand:
            self._say("          nothing moves any more: restarting every process by hand")
            for process in self._processes.values():
                process.kill()
            self._quiet(crowd)
        self._wait(until=time.monotonic() + LATE_DOUBLES_WITHIN)
        return Outcome(
            account=self._quiet(crowd), settled_after=settled_after, restarted_by_hand=by_hand
        )

    def _quiet(self, crowd: Crowd) -> Account:
        """The account as soon as nothing is missing, or once it has not changed for long."""
        changed = time.monotonic()
        before: Account | None = None
        while True:
            account = self._account(crowd)
            if account is not None and account != before:
                before, changed = account, time.monotonic()
            if before is not None and not before.lost:
                return before
            if before is not None and time.monotonic() - changed > UNCHANGED_FOR:
                return before
            self._wait(until=time.monotonic() + 0.5)

    def _account(self, crowd: Crowd) -> Account | None:
        try:
            return self._stack.account(crowd.count, crowd.accepted)
        except (PyMongoError, OSError, amqp.AMQPError):
            return None


def _how(fault: str, target: Any) -> tuple[Callable[[], None], Callable[[], None] | None]:
    """How a fault begins and how it ends."""
    if isinstance(target, FaultProxy):
        begins = {
            "reset": target.reset, "hole": target.hole, "half-hole": target.half_hole,
            "refuse": target.refuse,
        }  # fmt: skip
        return begins[fault], target.heal
    if fault == "freeze":
        return target.freeze, target.thaw
    if fault == "SIGTERM":
        return target.terminate, None
    return target.kill, None if isinstance(target, Process) else target.start
