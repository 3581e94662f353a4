"""Messages leave: claimed, called once, and what came of it written down (N-2 … N-8).

The database is never held while the provider is called: a gateway that hangs would hang the
service. What is written before the call (`sending`) is what keeps a message from leaving twice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from kernel.crash import crash_point
from services.notifications.domain.lanes import LANES, Lane
from services.notifications.domain.life import answered, put_back
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Accepted, NotReached, Outcome, Refused
from services.notifications.providers.base import Outgoing
from services.notifications.store.claims import Begun
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change, change_all
from services.notifications.usecases.checking import Checked, checked_all
from services.notifications.usecases.limiting import limited
from services.notifications.usecases.wording import said_in

NOBODY = timedelta(seconds=5)  # until it is asked again whether a provider may be called


def send_due(app: App, lanes: Sequence[Lane] = LANES) -> int:
    """Sends what is due, up to `at_once` messages side by side; returns how many were looked at.

    Safe in any number of processes: a message belongs to the one that claimed it. Blocks as long
    as the slowest call. Raises Unavailable; what was claimed then comes back after its lease.
    """
    pace, claim = app.pace, app.ids()
    claimed = app.store.claims.take(
        app.clock(), claim=claim, lease=pace.lease, limit=pace.at_once, lanes=lanes
    )
    if not claimed:
        return 0
    crash_point("notifications.after_claim")
    checked = _ready(app, checked_all(app, claimed))
    change_all(app.transactions, app.store, [
        Change(message_id=each.message.message_id, after=each.rest)
        for each in checked if each.rest is not None
    ])
    leaving = {each.message.message_id: each for each in checked if each.rest is None}
    calls = [Begun(message=each.message, attempt_id=app.ids(), provider=each.provider)
             for each in leaving.values()]
    until = app.clock() + pace.lease
    begun = app.store.claims.begin(calls, claim=claim, now=until - pace.lease, lease=pace.lease)
    crash_point("notifications.before_call")
    if begun:
        with ThreadPoolExecutor(len(begun)) as pool:
            list(pool.map(
                lambda one: _leave(app, one, claim, leaving[one.message.message_id].number, until),
                begun,
            ))
    return len(claimed)


def _ready(app: App, checked: Sequence[Checked]) -> list[Checked]:
    """Those that may leave, with a provider to call and a place at their telephone (N-16)."""
    routed = [_routed(app, each) for each in checked]
    leaving = limited(app, [each for each in routed if each.rest is None])
    return [each for each in routed if each.rest is not None] + leaving


def _routed(app: App, each: Checked) -> Checked:
    """With the provider to call; back in the queue, without a try, when nobody may be called."""
    if each.rest is not None:
        return each
    now, message, values = app.clock(), each.message, said_in(each.message)
    provider = app.routes.choose(message.purpose, now, template=message.template, values=values)
    if provider is None:
        return replace(each, rest=lambda one: put_back(one, "no_provider", now + NOBODY))
    parts = provider.segments(message.text, message.template, values)
    return replace(each, provider=provider.name, message=replace(message, segments=parts))


def _leave(app: App, call: Begun, claim: str, number: str, until: datetime) -> None:
    """Calls, and calls the next provider at once when the message surely did not leave by this one
    and another may take it (N-5, N-9)."""
    outcome = _called(app, call, number, until)
    tried = [call.provider]
    while _may_leave_otherwise(outcome) and app.clock() < until:
        other = app.routes.choose(
            call.message.purpose, app.clock(), template=call.message.template,
            values=said_in(call.message), without=tried,
        )
        if other is None:
            break
        again = replace(call, attempt_id=app.ids(), provider=other.name)
        if not app.store.claims.begin([again], claim=claim, now=app.clock(),
                                      lease=app.pace.lease, state="sending"):
            break
        call, until = again, app.clock() + app.pace.lease
        outcome = _called(app, call, number, until)
        tried.append(other.name)
    _record(app, call, outcome)


def _may_leave_otherwise(outcome: Outcome) -> bool:
    """Not reached, or refused for what is wrong with the provider or its template."""
    match outcome:
        case NotReached() | Refused(verdict="provider_down" | "template"):
            return True
    return False


def _called(app: App, call: Begun, number: str, until: datetime) -> Outcome:
    """Who waited, or was frozen, for longer than the lease does not call any more: the message
    counts as unknown by then, and may have left anew."""
    message = call.message
    app.routes.await_turn(call.provider)
    if (began := app.clock()) >= until:
        return NotReached("too_slow")
    outcome = app.routes.by_name[call.provider].send(Outgoing(
        attempt_id=call.attempt_id, number=number, text=message.text, template=message.template,
        values=said_in(message),
    ))
    crash_point("notifications.after_call")
    app.routes.learn(call.provider, outcome, app.clock(), began=began, template=message.template)
    return outcome


def _record(app: App, call: Begun, outcome: Outcome) -> None:
    """An answer that comes when the message has left anew says nothing of that later call, unless
    it was accepted: then it has left."""
    jitter = random.uniform(-1, 1)

    def after(one: Message) -> Message:
        if one.attempts[-1:] != (call.attempt_id,) and not isinstance(outcome, Accepted):
            return one
        return answered(one, outcome, now=app.clock(), jitter=jitter, patience=app.patience)

    change(app.changes, call.message.message_id, after)
    crash_point("notifications.after_record")
