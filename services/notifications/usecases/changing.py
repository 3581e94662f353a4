"""A message changes as it is now: changes of the same moment share one transaction.

Answers and receipts come in floods, and each by itself would cost the database a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from kernel.group_commit import GroupCommit
from kernel.transaction import Transaction, Transactions
from services.notifications.domain.message import Message
from services.notifications.domain.report import Report
from services.notifications.store import Store
from services.notifications.store.messages import Named
from services.notifications.usecases.heeding import heed_blacklists
from services.notifications.usecases.telling import counted, tell


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to become of a message; `after` must be pure: it may be asked again."""

    message_id: str
    after: Callable[[Message], Message]


Changes = GroupCommit[Change, Message | None]
Brought = tuple[str, Report]  # by which provider
LookUps = GroupCommit[Brought, Named | None]


def grouped(transactions: Transactions, store: Store) -> Changes:
    """Takes changes of any number of threads; each gets the changed message, None if the same."""
    return GroupCommit(partial(_commit, transactions, store))


def looked_up(store: Store) -> LookUps:
    """Finds what receipts name; those that come at the same moment, with one look."""
    return GroupCommit(partial(_look_up, store))


def _look_up(store: Store, brought: Sequence[Brought]) -> list[Named | None]:
    found: dict[int, Named | None] = {}
    for provider in {name for name, _ in brought}:
        places = [place for place, (name, _) in enumerate(brought) if name == provider]
        reports = [brought[place][1] for place in places]
        found |= zip(places, store.messages.of_reports(provider, reports), strict=True)
    return [found[place] for place in range(len(brought))]


def change(changes: Changes, message_id: str,
           after: Callable[[Message], Message]) -> Message | None:
    """Changes a message and tells of it, all or nothing; None when it stays as it was. Raises
    Unavailable and Overloaded."""
    changed = changes.submit(Change(message_id=message_id, after=after))
    if changed:
        counted(changed)
    return changed


def change_all(transactions: Transactions, store: Store, asked: Sequence[Change],
               *, within: timedelta | None = None) -> list[Message]:
    """Changes these messages in one transaction; returns those that are not as they were. Raises
    Unavailable, with nothing changed: `within` is how long it tries where the usual is too short.
    """
    done = _commit(transactions, store, asked, within=within) if asked else ()
    changed = [one for one in done if one]
    for one in changed:
        counted(one)
    return changed


def _commit(transactions: Transactions, store: Store, changes: Sequence[Change],
            within: timedelta | None = None) -> list[Message | None]:
    def work(transaction: Transaction) -> list[Message | None]:
        ids = {each.message_id for each in changes}
        messages = store.messages.some(ids, within=transaction)
        outcomes = [_changed(messages, each, transaction) for each in changes]
        changed = {each.message_id for each in outcomes if each}
        store.messages.keep([messages[each] for each in changed], within=transaction)
        heed_blacklists(store, [messages[each] for each in changed], transaction)
        return outcomes

    return transactions.run(work, within=within.total_seconds() if within else None)


def _changed(messages: dict[str, Message], asked: Change,
             transaction: Transaction) -> Message | None:
    before = messages.get(asked.message_id)
    after = asked.after(before) if before else None
    if before is None or after is None or after == before:
        return None
    if after.state != before.state:
        after = replace(after, changed_at=transaction.now)
    messages[asked.message_id] = after
    tell(transaction, before.state, after)
    return after
