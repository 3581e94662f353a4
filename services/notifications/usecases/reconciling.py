"""What nobody answered for is looked after: lost workers, unknown calls, receipts that did not
come (N-4, N-13).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from services.notifications.domain import life
from services.notifications.domain.lanes import IN_HAND, UNKNOWN, UNRECEIPTED
from services.notifications.domain.message import Message
from services.notifications.domain.report import Attempt, NotSeen, Report
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change_all
from services.notifications.usecases.receiving import receive_all, reported


def sweep(app: App, *, limit: int = 200) -> int:
    """Takes messages out of the hands of lost workers, and asks providers about calls that nobody
    answered and receipts that did not come; returns how many were looked at.

    Safe to repeat and in any number of processes. Blocks as long as the slowest question.
    """
    return _reopen(app, limit) + sum(
        _ask(app, app.store.claims.overdue(turn, app.clock(), limit=limit))
        for turn in (UNKNOWN, UNRECEIPTED)
    )


def pull(app: App) -> int:
    """Writes down the receipts that wait at the providers because nobody could be reached to push
    them to (N-13); returns how many."""
    pulled = 0
    for name, provider in app.routes.by_name.items():
        if reports := provider.pull():
            receive_all(app, name, reports)
            pulled += len(reports)
    return pulled


def ask_now(app: App, message: Message) -> Report | NotSeen | None:
    """What the provider says of this message's latest call, written down as any answer is; None
    when it cannot be asked or does not answer. Blocks as long as the question."""
    numbers = app.store.contacts.numbers({message.person_ref})
    answer = _answer(app, message, numbers.get(message.person_ref))
    if answer is not None:
        resolved = _resolution(app, message, answer, now=app.clock())
        change_all(app.transactions, app.store, [resolved])
    return answer


def _reopen(app: App, limit: int) -> int:
    now = app.clock()

    def look(message: Message) -> Message:
        if message.look_at is None or message.look_at > now:
            return message
        return life.lost(message, now=now, patience=app.patience)

    overdue = app.store.claims.overdue(IN_HAND, now, limit=limit)
    change_all(app.transactions, app.store, [
        Change(message_id=message.message_id, after=look) for message in overdue
    ])
    return len(overdue)


def _ask(app: App, overdue: Sequence[Message]) -> int:
    """The question may block: meanwhile the message is ours, as long as a lease."""
    until = app.clock() + app.pace.lease
    mine = app.store.claims.reserve(overdue, until=until)
    if not mine:
        return 0
    numbers = app.store.contacts.numbers({message.person_ref for message in mine})

    def asked(message: Message) -> Change:
        answer = _answer(app, message, numbers.get(message.person_ref))
        return _resolution(app, message, answer, now=app.clock())

    with ThreadPoolExecutor(min(len(mine), app.pace.at_once)) as pool:
        reported(app, change_all(app.transactions, app.store, list(pool.map(asked, mine))))
    return len(mine)


def _answer(app: App, message: Message, number: str | None) -> Report | NotSeen | None:
    provider = app.routes.by_name.get(message.provider or "")
    if provider is None or number is None or message.started_at is None or not message.attempts:
        return None
    return provider.look_up(Attempt(
        attempt_id=message.attempts[-1], number=number, started_at=message.started_at,
        provider_ref=message.provider_ref,
    ))


def _resolution(app: App, asked: Message, answer: Report | NotSeen | None, *,
                now: datetime) -> Change:
    """What the answer makes of the message, unless it left anew or was settled meanwhile."""
    jitter = random.uniform(-1, 1)  # nosec B311 # spreads tries

    def after(one: Message) -> Message:
        if one.attempts != asked.attempts or one.state != asked.state:
            return one
        if isinstance(answer, NotSeen):
            return life.not_seen(one, now=now, patience=app.patience)
        if answer is not None and answer.state is not None:
            known = life.received(one, answer.state, answer.code, now=now, patience=app.patience)
            if known != one:
                return known
        return life.unresolved(one, now=now, jitter=jitter, patience=app.patience)

    return Change(message_id=asked.message_id, after=after)
