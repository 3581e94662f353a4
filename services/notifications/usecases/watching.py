"""What is watched of messages: whether all are accounted for, what waits, what nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

from kernel.metrics import count, gauge
from kernel.transaction import Transaction
from services.notifications.domain.balance import Balance, balance
from services.notifications.domain.lanes import UNKNOWN, UNRECEIPTED
from services.notifications.domain.message import Purpose
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change_all

OVER = timedelta(days=7)  # no message is unfinished for longer
KEPT = timedelta(days=14)  # of the tallies, so that the window never lacks one
MATURE = timedelta(minutes=10)  # a receipt that has not come by then is missing (N-25)
RECENT = timedelta(hours=1)


def account(app: App, *, over: timedelta = OVER) -> Balance:
    """The account of the messages that were accepted in this time up to now, of one moment: what
    was accepted is counted apart from where it is (N-26). Safe to repeat. Raises Unavailable."""
    since = app.clock() - over

    def work(transaction: Transaction) -> Balance:
        return balance(app.store.tallies.accepted(since, within=transaction),
                       app.store.tallies.counted(since, within=transaction))

    return app.transactions.run(work)


def watch(app: App) -> Balance:
    """Shows the account and what waits as metrics (N-25); returns the account. What is astray is
    taken up again. Blocks as long as the database counts. Raises Unavailable."""
    now = app.clock()
    app.routes.look(now)  # shows them also while nothing is sent
    app.store.tallies.forget(now - KEPT)
    found = account(app)
    gauge("xiangxin_messages_accepted", found.accepted)
    for part, there in found.parts.items():
        gauge("xiangxin_messages_now", there, part=part)
    for purpose in get_args(Purpose):  # of a counter that was not there no alert sees the first
        count("xiangxin_messages_total", 0, purpose=purpose, state="unknown_final")
    missing = found.accepted - sum(found.parts.values())
    gauge("xiangxin_messages_unaccounted", abs(missing) + found.astray)
    _show_waiting(app, now)
    if found.astray:
        _take_up(app, now)
    return found


def _take_up(app: App, now: datetime) -> None:
    """Who finds messages that nobody would look at again gives them a turn: as written by an older
    version, or by hand. They are looked at as any other: nothing that may have left is sent."""
    change_all(app.transactions, app.store, [
        Change(message_id=message_id, after=lambda one: replace(one, look_at=now))
        for message_id in app.store.tallies.astray(now - OVER)
    ])


def _show_waiting(app: App, now: datetime) -> None:
    for lane, (waiting, oldest) in app.store.tallies.waiting(now).items():
        gauge("xiangxin_messages_waiting", waiting, lane=lane)
        gauge("xiangxin_messages_late_seconds", _since(oldest, now), lane=lane)
    for name, turn in (("unknown", UNKNOWN), ("submitted", UNRECEIPTED)):
        begun = app.store.tallies.begun_longest(turn)
        gauge("xiangxin_messages_open_seconds", _since(begun, now), state=name)
    held = app.store.tallies.held_longest()
    gauge("xiangxin_messages_open_seconds", _since(held, now), state="held")
    mature = app.store.tallies.receipts(now - MATURE - RECENT, now - MATURE)
    for provider in app.routes.by_name:
        total, missing = mature.get(provider, (0, 0))
        gauge("xiangxin_receipts_missing_ratio", missing / total if total else 0,
              provider=provider)


def _since(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0.0
