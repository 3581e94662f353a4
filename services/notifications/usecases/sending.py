"""Messages leave: claimed, called once, and what came of it written down (N-2 … N-8).

The database is never held while the provider is called: a gateway that hangs would hang the
service. What is written before the call (`sending`) is what keeps a message from leaving twice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from kernel.crash import crash_point
from services.notifications.domain.lanes import LANES, Lane
from services.notifications.domain.life import answered
from services.notifications.domain.message import Message
from services.notifications.domain.registration import History
from services.notifications.providers.base import Outgoing
from services.notifications.store.claims import Begun
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change, change_all
from services.notifications.usecases.checking import Checked, check


def send_due(app: App, lanes: Sequence[Lane] = LANES) -> int:
    """Sends what is due, up to `at_once` messages side by side; returns how many were looked at.

    Safe in any number of processes: a message belongs to the one that claimed it. Blocks as long
    as the slowest call. Raises Unavailable; what was claimed then comes back after its lease.
    """
    pace = app.pace
    claim = app.ids()
    claimed = app.store.claims.take(
        app.clock(), claim=claim, lease=pace.lease, limit=pace.at_once, lanes=lanes
    )
    if not claimed:
        return 0
    crash_point("notifications.after_claim")
    checked = _checked(app, claimed)
    change_all(app.transactions, app.store, [
        Change(message_id=each.message.message_id, after=each.rest)
        for each in checked if each.rest is not None
    ])
    leaving = [each for each in checked if each.rest is None]
    calls = [Begun(message=each.message, attempt_id=app.ids(), provider=app.provider.name)
             for each in leaving]
    numbers = {each.message.message_id: each.number for each in leaving}
    begun = app.store.claims.begin(calls, claim=claim, now=app.clock(), lease=pace.lease)
    crash_point("notifications.before_call")
    if begun:
        with ThreadPoolExecutor(len(begun)) as pool:
            list(pool.map(lambda one: _call(app, one, numbers[one.message.message_id]), begun))
    return len(claimed)


def _checked(app: App, claimed: Sequence[Message]) -> list[Checked]:
    numbers = app.store.contacts.numbers({message.person_ref for message in claimed})
    registrations = {message.registration_id for message in claimed if message.registration_id}
    history = History(app.store.messages.of_registrations(registrations))
    return [
        check(app, message, number=numbers.get(message.person_ref), history=history)
        for message in claimed
    ]


def _call(app: App, call: Begun, number: str) -> None:
    message = call.message
    outcome = app.provider.send(
        Outgoing(attempt_id=call.attempt_id, number=number, text=message.text)
    )
    crash_point("notifications.after_call")
    jitter = random.uniform(-1, 1)

    def record(one: Message) -> Message:
        return answered(
            one, outcome, now=app.clock(), jitter=jitter, patience=app.patience
        )

    change(app.changes, message.message_id, record)
    crash_point("notifications.after_record")
