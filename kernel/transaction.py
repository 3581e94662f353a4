"""Transactions: a change, the facts that tell it, what was heard and answered, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from logging import getLogger
from threading import Lock
from typing import Any, TypeVar

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from kernel import accounts, answers, inbox, outbox, retention, telling, vault
from kernel.answers import Answer, Answers, Kept, KeyReused, Once, Outcome, new_places
from kernel.attempt import Atomic, LostRace, Sessions, until_committed
from kernel.audit import book
from kernel.audit.act import acting, current, look
from kernel.audit.book import Book
from kernel.audit.row import row_of
from kernel.clock import Clock, Ids, new_id, to_milliseconds
from kernel.envelope import Envelope
from kernel.inbox import Inbox
from kernel.mongo import Unavailable
from kernel.telling import Telling
from kernel.unit import Transaction
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

log = getLogger(__name__)

T = TypeVar("T")

KERNEL_INDEXES: dict[str, list[IndexModel]] = {
    **outbox.INDEXES,
    **telling.INDEXES,
    **inbox.INDEXES,
    **answers.INDEXES,
    **vault.INDEXES,
    **book.INDEXES,
    **retention.INDEXES,
    **accounts.INDEXES,
}


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
        self._book, self._linking = Book(database), Lock()
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
        DuplicateKeyError too, and nothing is kept. What is done at an audited door gets its row in
        the audit log in the same commit.
        """
        act, kept = current(), False

        def attempt(session: ClientSession | None) -> T:
            nonlocal kept
            now = to_milliseconds(self._clock())
            transaction = Transaction(session=session, now=now, ids=self._ids, cause=cause)
            try:
                result = work(transaction)
            finally:
                told = transaction.close()
            self._telling.tell(told, now=now, session=session)
            kept = act is not None and transaction.changes
            if act is not None and kept:
                row = row_of(act, before=transaction.before, after=transaction.after)
                self._book.write(self._ids(), row, now=now, session=session)
            return result

        result = until_committed(self._atomic, attempt, within or self._deadline)
        if act is not None and kept:
            act.kept = True
            self._link()
        return result

    def _link(self) -> None:
        """What was kept is kept: a chain that cannot be reached now gets its link with the next."""
        try:
            with self._linking:  # rather wait here than lose races at the end of the chain
                until_committed(self._atomic, self._book.link, self._deadline)
        except (Unavailable, PyMongoError) as away:
            log.warning("rows of the audit log wait for their link: %s", type(away).__name__)

    def saw(self, what: Mapping[str, Any]) -> None:
        """Keeps in the audit log that somebody of the staff read this, where one of them acts; call
        it before it is shown. Raises Unavailable: what cannot be kept is not shown (C-28)."""
        if (act := look()) is not None:
            with acting(replace(act, kind="read")):
                self.run(lambda transaction: transaction.note({}, what))
            act.kept = act.kept or act.kind == "read"

    def look(self, work: Callable[[Transaction], T]) -> T:
        """As `run`, for work that changes nothing: one view of several documents."""
        with acting(None):
            return self.run(work)

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
        transaction.changes = bool(places)
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
