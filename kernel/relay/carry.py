"""One round of carrying: publish rows in turn, wait for the confirms, mark what became of each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from kernel.broker import Message, Settled
from kernel.crash import crash_point
from kernel.outbox import VaultMissing
from kernel.relay.rows import Row, Rows
from kernel.relay.turns import Told, Turns, by_subject
from kernel.topology import FACTS, PRIVATE
from kernel.vault import VaultRefused

log = logging.getLogger(__name__)

WINDOW = 1000  # publishes on their way at a time
MARKED_TOGETHER = 500


class Outgoing(Protocol):
    """What the carrier needs of a publisher."""

    @property
    def open(self) -> int: ...

    def send(self, message: Message, token: Row, /) -> None: ...

    def settled(self, *, within: float) -> list[Settled]: ...


class Carrier:
    """Carries rows over one broker connection. After any exception both it and the connection are
    done for: what was not marked is sent again, which consumers absorb."""

    def __init__(
        self, publisher: Outgoing, rows: Rows, told: Told, *, now: Callable[[], datetime]
    ) -> None:
        self._publisher = publisher
        self._rows = rows
        self._told = told
        self._now = now
        self._turns = Turns()
        self._sent: list[str] = []
        self._blocked: dict[str, str] = {}
        self.carried = 0
        self.returned = 0

    def carry(self, pending: list[Row]) -> None:
        """Send what may go of the pending rows. Raises amqp's, pymongo's and OS errors."""
        self._turns = Turns()
        self._turns.add(self._may_go(pending))
        try:
            while self._fill() or self._publisher.open:
                for end in self._publisher.settled(within=1.0):
                    self._ended(end)
                if len(self._sent) >= MARKED_TOGETHER:
                    self._mark()
        finally:
            self._mark()

    def _may_go(self, pending: list[Row]) -> Iterable[Row]:
        """The rows of each subject that begin with its very next number.

        Where that is not known the database is asked: an earlier row may be blocked, or have been
        told by a machine whose clock is behind.
        """
        subjects = by_subject(pending)
        if not subjects:
            return
        unknown = [name for name, run in subjects.items() if not self._told.follows(run[0])]
        if unknown:
            subjects |= by_subject(self._rows.unsent(unknown, until=pending[-1]))
        for run in subjects.values():
            stuck = next((row for row in run if row.blocked), None)
            if stuck is None:
                yield from run
            else:
                yield from (row for row in run if row.sequence < stuck.sequence)
                self._wait_behind(stuck, run)

    def _fill(self) -> bool:
        """Send while there is room; True when something is left to send or to hear of."""
        while self._publisher.open < WINDOW:
            row = self._turns.next()
            if row is None:
                return False
            try:
                text = self._rows.text(row)
            except (VaultMissing, VaultRefused) as error:
                self._block(row, f"cannot be opened: {error}", self._turns.stopped(row))
                continue
            crash_point("relay.before_publish")
            self._publisher.send(_message(row, text), row)
            crash_point("relay.after_publish")
        return True

    def _ended(self, end: Settled) -> None:
        row: Row = end.token
        if end.end == "confirmed":
            crash_point("relay.after_confirm")
            self._sent.append(row.id)
            self._told.confirmed(row)
            self._turns.confirmed(row)
            self.carried += 1
            return
        behind = self._turns.stopped(row)
        if end.end == "nacked":
            log.warning("%s %s: %s", row.key, row.id, end.reason)
            return
        self.returned += 1
        self._block(row, end.reason, behind)

    def _block(self, row: Row, reason: str, behind: Iterable[Row]) -> None:
        log.error("blocked %s %s: %s", row.key, row.id, reason)
        self._blocked[row.id] = reason
        self._wait_behind(row, behind)

    def _wait_behind(self, stuck: Row, rows: Iterable[Row]) -> None:
        for row in rows:
            if row.sequence > stuck.sequence and not row.blocked:
                self._blocked[row.id] = f"waits for {stuck.id}, told before it"

    def _mark(self) -> None:
        sent, self._sent = self._sent, []
        self._rows.mark_sent(sent, self._now())
        blocked, self._blocked = self._blocked, {}
        self._rows.mark_blocked(blocked)


def _message(row: Row, body: bytes) -> Message:
    return Message(
        body=body,
        exchange=PRIVATE if row.private else FACTS,
        routing_key=row.key,
        message_id=row.id,
        type=row.key,
    )
