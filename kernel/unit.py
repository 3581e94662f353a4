"""A unit of work while it runs: its session, its time and ids, what it tells and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.client_session import ClientSession

from contracts.event import Fact
from kernel.clock import Ids
from kernel.envelope import Envelope
from kernel.telling import Told


class Transaction:
    """What a unit of work holds while it runs; a new one for each attempt."""

    def __init__(
        self,
        *,
        session: ClientSession | None,
        now: datetime,
        ids: Ids,
        cause: Envelope | None = None,
    ) -> None:
        self.session = session
        self.now = now
        self._ids = ids
        self._cause = cause
        self._told: list[Told] | None = []
        self.changes = True  # False when it was all done and answered before
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}

    def new_id(self) -> str:
        return self._ids()

    def note(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """For the audit log, where the door keeps one: states, codes, ids and numbers as they were
        and as they are now. Words of a person are hidden there."""
        self.before |= before
        self.after |= after

    def emit(
        self,
        fact: Fact,
        *,
        cause: Envelope | None = None,
        correlation: str | None = None,
        traceparent: str | None = None,
        sequence: int | None = None,
    ) -> None:
        """Tell the fact if and only if this work is committed.

        `sequence` is for a subject that counts its own facts, all of them, in the document that
        this work changes by a condition on that count: it saves a write per fact in a rush.

        Without `cause` it follows from the envelope that is being heard, when that is one alone;
        `correlation` (of a person's call) counts only when there is no cause at all.
        """
        if self._told is None:
            raise RuntimeError("the transaction is over: what is told now would be lost")
        self._told.append(
            Told(
                fact=fact,
                cause=cause or self._cause,
                correlation=correlation,
                traceparent=traceparent,
                sequence=sequence,
            )
        )

    def close(self) -> list[Told]:
        """What was told, in order; nothing can be told afterwards."""
        told, self._told = self._told or [], None
        return told
