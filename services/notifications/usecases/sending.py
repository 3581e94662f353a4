"""Messages leave: claimed, called once, and what came of it written down (N-2 … N-8).

The database is never held while the provider is called: a gateway that hangs would hang the
service. What is written before the call (`sending`) is what keeps a message from leaving twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from kernel.crash import crash_point
from services.notifications.domain.message import (
    Message,
    State,
    answered,
    opened_again,
    postpone,
    settle,
)
from services.notifications.domain.notice import not_before
from services.notifications.domain.registration import History
from services.notifications.providers.base import Outgoing
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import change
from services.notifications.usecases.wording import said_in, with_last_word

NOBODY = timedelta(seconds=5)  # until it is asked again whether a provider may be called


def send_due(app: App) -> int:
    """Sends what is due, up to `at_once` messages side by side; returns how many were looked at.

    Safe in any number of processes: a message belongs to the one that claimed it. Blocks as long
    as the slowest call. Raises Unavailable; what was claimed then comes back after its lease.
    """
    pace = app.pace
    claim = app.ids()
    claimed = app.store.messages.claim_due(
        app.clock(), claim=claim, lease=pace.lease, limit=pace.at_once
    )
    if not claimed:
        return 0
    crash_point("notifications.after_claim")
    numbers = app.store.contacts.numbers({message.person_ref for message in claimed})
    registrations = {message.registration_id for message in claimed if message.registration_id}
    history = History(app.store.messages.of_registrations(registrations))

    def leave(message: Message) -> None:
        _leave(app, message, claim, number=numbers.get(message.person_ref), history=history)

    with ThreadPoolExecutor(len(claimed)) as pool:
        list(pool.map(leave, claimed))
    return len(claimed)


def sweep(app: App, *, limit: int = 200) -> int:
    """Looks after messages whose worker or receipt is overdue; returns how many. Safe to repeat."""
    now = app.clock()
    overdue = app.store.messages.overdue(now, limit=limit)

    def look(message: Message) -> Message:
        if message.look_at is None or message.look_at > now:
            return message
        return opened_again(message, now=now, patience=app.pace.patience)

    for message in overdue:
        change(app.changes, message.message_id, look)
    return len(overdue)


def _leave(app: App, message: Message, claim: str, *, number: str | None,
           history: History) -> None:
    """What was true and in time when it was written may be neither by now (N-15, C-39)."""
    def rest(after: Callable[[Message], Message]) -> None:
        change(app.changes, message.message_id, after)

    if history.is_stale(message):
        rest(lambda one: _unsent(one, "suppressed", "superseded"))
        return
    now = app.clock()
    said = with_last_word(app, message, history)
    due = not_before(said.purpose, now, app.rules)
    if said.state == "failed":
        rest(lambda one: _unsent(one, "failed", said.reason))
    elif said.deadline <= due:
        rest(lambda one: _unsent(one, "expired", "too_late"))
    elif due > now:
        rest(lambda one: _held(one, due))
    elif number is None:
        rest(lambda one: _waiting(app, one))
    else:
        _call(app, said, claim, number)


def _call(app: App, message: Message, claim: str, number: str) -> None:
    provider = app.routes.choose(message.purpose, app.clock(), template=message.template,
                                 values=said_in(message))
    if provider is None:
        change(app.changes, message.message_id, lambda one: _held(one, app.clock() + NOBODY))
        return
    attempt_id, began = app.ids(), app.clock()
    is_ours = app.store.messages.begin(
        message, claim=claim, attempt_id=attempt_id, provider=provider.name,
        now=began, lease=app.pace.lease,
    )
    if not is_ours:
        return
    crash_point("notifications.before_call")
    outgoing = Outgoing(attempt_id=attempt_id, number=number, text=message.text,
                        template=message.template, values=said_in(message))
    outcome = provider.send(outgoing)
    crash_point("notifications.after_call")
    app.routes.learn(provider.name, outcome, app.clock(), began=began)
    jitter = random.uniform(-1, 1)

    def record(one: Message) -> Message:
        return answered(
            one, outcome, now=app.clock(), jitter=jitter, patience=app.pace.patience
        )

    change(app.changes, message.message_id, record)
    crash_point("notifications.after_record")


def _unsent(message: Message, state: State, reason: str | None) -> Message:
    return settle(message, state, reason) if message.state in ("queued", "claimed") else message


def _held(message: Message, until: datetime) -> Message:
    """The quiet hours began, or a retry or a new number fell into them; or nobody can take it."""
    if message.state != "claimed":
        return message
    return replace(message, state="queued", look_at=until)


def _waiting(app: App, message: Message) -> Message:
    """The contact comes by another queue and may be later than the sign-up."""
    if message.state != "claimed":
        return message
    jitter = random.uniform(-1, 1)
    return postpone(message, "no_number", now=app.clock(), jitter=jitter)
