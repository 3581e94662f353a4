"""Telling the root of all ledgers once per local day, however many replicas and restarts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from contracts.volunteers import LedgerRooted
from kernel.clock import Clock, local_day
from kernel.transaction import Transaction
from services.volunteers.domain.chain import Head
from services.volunteers.domain.root import End, Root, end_of, rooted
from services.volunteers.usecases.application import App

TICK = timedelta(milliseconds=1)  # what the ledger's times are told apart by
SETTLED_AFTER = timedelta(minutes=10)  # work that began before midnight is committed by then


def root_ledgers(app: App, clock: Clock) -> list[Root]:
    """Tells the roots of the days that are over and were not told; those that were told now.

    The first one is of yesterday, once anybody has a ledger, even if nobody had one then: so no
    day is worked out again and again. A day that could not be told in time
    is made up for: what was entered since does not count for it. Safe to repeat and in any number
    of processes. Raises Unavailable.
    """
    over = local_day(clock() - SETTLED_AFTER) - timedelta(days=1)
    last = app.store.roots.last()
    day = last.day + timedelta(days=1) if last else over
    told = []
    while day <= over:
        told += [root] if (root := _tell(app, day)) else []
        day += timedelta(days=1)
    return told


def ends_at(app: App, moment: datetime, heads: Iterable[Head]) -> Iterator[End]:
    """Where every ledger ended just before that moment; nobody without entries by then."""
    for head in heads:
        if head.entered_at is not None and head.entered_at < moment:
            yield End(person_ref=head.person_ref, number=head.number, hash=head.hash,
                      minutes=head.minutes)
        elif last := app.store.entries.last_by(head, moment - TICK):
            yield End(person_ref=head.person_ref, number=last.number, hash=last.hash,
                      minutes=last.balance)


def _tell(app: App, day: date) -> Root | None:
    """None when another process was first, or nobody has a ledger yet. The root is worked out
    before the transaction: what it is made of does not change any more."""
    heads = list(app.store.heads.all())
    if not heads:
        return None
    ends = list(ends_at(app, end_of(day), heads))

    def work(transaction: Transaction) -> Root | None:
        last = app.store.roots.last(within=transaction)
        if last and last.day >= day:
            return None
        root = rooted(day, ends, previous_root=last.root if last else None)
        app.store.roots.add(root, within=transaction)
        transaction.emit(LedgerRooted(ledger="hours", **vars(root)))
        return root

    return app.transactions.run(work)
