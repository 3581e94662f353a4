"""A session's orders take turns: sign-ups of one moment together, every other change by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kernel.answers import Answer, Once, Outcome
from kernel.audit.act import Act, acting, current
from kernel.transaction import Transaction
from services.events.usecases.application import Events
from services.events.usecases.book import NOBODY, Book, Caller

Together = Callable[[Events, str, list[Any]], list[Outcome]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouped:
    """An order that is committed together with the others of its kind that wait."""

    item: Any
    together: Together


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """One change of a session's book, in a transaction of its own; `within` seconds if many."""

    work: Callable[[Transaction], Answer]
    once: Once | None
    within: float | None = None
    act: Act | None = field(default_factory=current)  # whoever leads the group, it is theirs

    def outcome(self, app: Events) -> Outcome:
        """Its answer or whatever it raised: the others of its group go on."""
        try:
            with acting(self.act):
                return app.transactions.write(self.once, self.work, within=self.within)
        except Exception as fault:
            return fault


def join(app: Events, session_id: str, order: Grouped | Change) -> Answer:
    """Stands in the session's line and returns the order's answer, or raises what it raised."""
    line = app.lines.of(session_id, partial(_commit, app, session_id))
    answer: Answer = line.submit(order)
    return answer


def change(app: Events, session_id: str, work: Callable[[Book], Answer], *,
           caller: Caller = NOBODY) -> Answer:
    """Does the work on the session's book when its turn comes, and saves the book after it."""

    def within(transaction: Transaction) -> Answer:
        book = Book(app, transaction, session_id, caller)
        answer = work(book)
        book.save()
        return answer

    return join(app, session_id, Change(work=within, once=caller.once))


def _commit(app: Events, session_id: str, orders: Sequence[Grouped | Change]) -> list[Outcome]:
    """Changes first, so that what they free is there for the sign-ups of the same moment."""
    changed = {id(each): each.outcome(app) for each in orders if isinstance(each, Change)}
    grouped = [each for each in orders if isinstance(each, Grouped)]
    outcomes: list[Outcome] = []
    if grouped:
        outcomes = grouped[0].together(app, session_id, [each.item for each in grouped])
    rest = iter(outcomes)
    return [changed[id(each)] if id(each) in changed else next(rest) for each in orders]
