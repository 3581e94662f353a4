"""What the storm needs to know of a stack: its processes by role, its door, its account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ops.parts import Broker, Database
from tests.chaos.proxy import FaultProxy
from tests.rig.account import Account
from tests.rig.process import Process


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Broker and database that may be killed, and the lines to them that may be cut."""

    broker: Broker
    database: Database
    broker_line: FaultProxy
    database_line: FaultProxy


class Stack(Protocol):
    """A producer with a door, a consumer with one effect per fact, whatever carries between."""

    name: str

    def start(self) -> Mapping[str, Process]:
        """Prepare and start everything; the processes by role: producer, consumer, relay."""

    def ask(self, number: int) -> tuple[int, str | None]:
        """One resident asks once; the status (0: no answer) and what counts as accepted."""

    def account(self, attempted: int, accepted: set[str]) -> Account:
        """What came of it so far; raises while the servers are away."""

    def close(self) -> None:
        """End every process."""
