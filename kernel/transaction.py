"""Transactions: a change, the facts that tell it, what was heard and answered, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from contracts.event import Fact
from kernel import answers, inbox, outbox, telling, vault
from kernel.answers import Answer, Answers, Kept, KeyReused, Once, Outcome, new_places
from kernel.attempt import Atomic, LostRace, Sessions, until_committed
from kernel.clock import Clock, Ids, new_id, to_milliseconds
from kernel.envelope import Envelope
from kernel.inbox import Inbox
from kernel.telling import Telling, Told
from kernel.vault import Sealing

__all__ = [
    "KERNEL_INDEXES",
    "Answer",
    "KeyReused",
    "Once",
    "Outcome",
    "Transaction",
    "Transactions",
]

T = TypeVar("T")

KERNEL_INDEXES: dict[str, list[IndexModel]] = {
    **outbox.INDEXES,
    **telling.INDEXES,
    **inbox.INDEXES,
    **answers.INDEXES,
    **vault.INDEXES,
}


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

    def new_id(self) -> str:
        return self._ids()

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


class Transactions:
    """The only way to change a service's documents and to tell facts."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        source: str,
        clock: Clock,
        ids: Ids = new_id,
        vault: Sealing | None = None,
        deadline: float = 5.0,
    ) -> None:
        self.database = database
        self.vault = vault
        self._clock = clock
        self._ids = ids
        self._deadline = deadline
        self._inbox = Inbox(database)
        self._answers = Answers(database)
        self._telling = Telling(database=database, source=source, ids=ids, vault=vault)
        self._atomic: Atomic = (
            Sessions(database) if isinstance(database, Database) else database.atomically
        )

    def run(self, work: Callable[[Transaction], T], *, cause: Envelope | None = None,
            within: float | None = None) -> T:
        """The result of work once everything it wrote and told is committed.

        Work may be called several times, so it has no effect but through its transaction. It is
        tried again after conflicts and lost connections. Raises Unavailable after the deadline
        (`within` seconds, where the usual ones are too few): the change may then have been kept,
        so ask again with the same key. Whatever else work raises leaves as it is,
        DuplicateKeyError too, and nothing is kept.
        """

        def attempt(session: ClientSession | None) -> T:
            now = to_milliseconds(self._clock())
            transaction = Transaction(session=session, now=now, ids=self._ids, cause=cause)
            try:
                result = work(transaction)
            finally:
                told = transaction.close()
            self._telling.tell(told, now=now, session=session)
            return result

        return until_committed(self._atomic, attempt, within or self._deadline)

    def hear(
        self,
        consumer: str,
        envelopes: Sequence[Envelope],
        work: Callable[[Transaction, list[Envelope]], None],
    ) -> None:
        """Work on what this consumer has not heard yet, in order, and remember it, in one commit.

        When nothing is new, work is not called. Safe to repeat for ever with the same envelopes.
        """
        unique = list({envelope.id: envelope for envelope in envelopes}.values())
        doubtful = False  # nearly always all are new: only look after an insert met a known one

        def attempt(transaction: Transaction) -> None:
            nonlocal doubtful
            fresh = unique
            if doubtful:
                fresh = self._inbox.unheard(consumer, unique, transaction.session)
            if not fresh:
                return
            try:
                self._inbox.remember(consumer, fresh, transaction.session)
            except LostRace:
                doubtful = True
                raise
            work(transaction, fresh)

        self.run(attempt, cause=unique[0] if len(unique) == 1 else None)

    def answer(self, once: Once, work: Callable[[Transaction], Answer], *,
               within: float | None = None) -> Answer:
        """The answer of work, or the one that was kept when this key was asked before.

        The answer is kept in the transaction of the change; a refusal (an exception) is not kept.
        Raises KeyReused when the key was used for something else, otherwise as `run`.
        """
        [result] = self.answer_all(
            [once], lambda transaction, _: [work(transaction)], within=within
        )
        if isinstance(result, Exception):
            raise result
        return result

    def write(self, once: Once | None, work: Callable[[Transaction], Answer], *,
              within: float | None = None) -> Answer:
        """As `answer` with a key, as `run` without one."""
        if once is None:
            return self.run(work, within=within)
        return self.answer(once, work, within=within)

    def answer_all(
        self,
        asked: Sequence[Once | None],
        work: Callable[[Transaction, list[int]], Sequence[Outcome]],
        *,
        within: float | None = None,
    ) -> list[Outcome]:
        """Several calls in one transaction, for group commit; outcomes in the order asked.

        Work gets the places (indexes into `asked`) that are new, each key once, and returns an
        answer or a refusal for each of them; a refusal must have written nothing. What was
        answered before gets the kept answer, or KeyReused. What work raises concerns all.
        """

        def attempt(transaction: Transaction) -> list[Outcome]:
            return self._answer(transaction, asked, work)

        try:
            return self.run(attempt, within=within)
        except DuplicateKeyError:
            # the same call twice at once may lose against itself: then its answer is kept by now
            if not self._answers.kept(asked, None):
                raise
            return self.run(attempt, within=within)

    def _answer(
        self,
        transaction: Transaction,
        asked: Sequence[Once | None],
        work: Callable[[Transaction, list[int]], Sequence[Outcome]],
    ) -> list[Outcome]:
        session = transaction.session
        kept = self._answers.kept(asked, session)
        places = new_places(asked, kept)
        outcomes = work(transaction, places) if places else []
        given = dict(zip(places, outcomes, strict=True))
        to_keep = [
            (once, outcome)
            for place, outcome in given.items()
            if (once := asked[place]) and not isinstance(outcome, Exception)
        ]
        self._answers.keep(to_keep, at=transaction.now, session=session)
        for place, outcome in given.items():
            if once := asked[place]:
                kept[once.key] = Kept(once.fingerprint, outcome)
        return [
            kept[once.key].outcome_for(once) if once else given[place]
            for place, once in enumerate(asked)
        ]
