"""Messages leave: begun, called once, and what came of it written down (N-2 … N-8).

The database is never held while the provider is called: a gateway that hangs would hang the
service. What is written before the call (`sending`) is what keeps a message from leaving twice.
A batch is begun by one write and its answers are written down by few; killed between the two, a
process leaves what it had begun as unknown, which is reconciled and not sent again (N-4).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta

from kernel.crash import crash_point
from kernel.mongo import Unavailable
from services.notifications.domain.lanes import LANES, Lane
from services.notifications.domain.life import answered, put_back
from services.notifications.domain.message import Message
from services.notifications.domain.outcome import Accepted, NotReached, Outcome, Refused
from services.notifications.providers.base import Outgoing
from services.notifications.store.claims import Begun
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change_all
from services.notifications.usecases.checking import Checked, checked_all
from services.notifications.usecases.limiting import limited
from services.notifications.usecases.wording import said_in

NOBODY = timedelta(seconds=5)  # until it is asked again whether a provider may be called
TOGETHER = 0.2  # seconds; answers that come within are written down together
CALL = 12  # characters that tell a message's attempts apart

Answer = tuple[Begun, Outcome]


def send_due(app: App, lanes: Sequence[Lane] = LANES) -> int:
    """Sends what is due, up to `at_once` messages side by side; returns how many were looked at.

    Safe in any number of processes: a message belongs to the one that began it. Blocks as long
    as the slowest call. Raises Unavailable; what was begun then is unknown after its lease.
    """
    found = app.store.claims.due(app.clock(), limit=app.pace.at_once, lanes=lanes)
    if not found:
        return 0
    crash_point("notifications.after_look")
    checked = _ready(app, checked_all(app, found))
    change_all(app.transactions, app.store, [
        Change(message_id=each.message.message_id, after=_if_unchanged(each.message, each.rest))
        for each in checked if each.rest is not None
    ])
    known = {message.message_id: message for message in found}
    leaving = [each for each in checked if each.rest is None]
    _send(app, leaving, known)
    return len(found)


def _if_unchanged(message: Message, rest: Callable[[Message], Message]
                  ) -> Callable[[Message], Message]:
    """Another worker may have looked at it as well, and have decided first."""
    return lambda one: rest(one) if one.look_at == message.look_at else one


def _send(app: App, leaving: Sequence[Checked], known: dict[str, Message]) -> None:
    call = app.ids()[-CALL:]
    numbers = {each.message.message_id: each.number for each in leaving}
    claim, until, begun = _begin(app, [
        Begun(message=each.message, call=call, provider=each.provider,
              reworded=each.message != known[each.message.message_id]) for each in leaving])
    crash_point("notifications.before_call")
    if not begun:
        return
    with ThreadPoolExecutor(len(begun)) as pool:
        waiting = {pool.submit(_leave, app, each, claim, numbers[each.message.message_id], until)
                   for each in begun}
        while waiting:
            done, waiting = wait(waiting, timeout=TOGETHER)
            if done:
                _record(app, done)


def _begin(app: App, calls: Sequence[Begun], *, claim: str = ""
           ) -> tuple[str, datetime, list[Begun]]:
    """Under whose name, until when and which of these calls are ours to make; with `claim` for
    messages that are ours already. Raises Unavailable: then nobody calls."""
    mine, now, lease = claim or app.ids(), app.clock(), app.pace.lease
    begun = app.transactions.run(lambda within: app.store.claims.begin(
        calls, claim=mine, now=now, lease=lease, within=within, anew=bool(claim),
    )) if calls else []
    return mine, now + lease, begun


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


def _leave(app: App, call: Begun, claim: str, number: str, until: datetime) -> Answer:
    """Calls, and calls the next provider at once when the message surely did not leave by this one
    and another may take it (N-5, N-9). Returns the last call with its outcome."""
    outcome = _called(app, call, number, until)
    tried = [call.provider]
    while _may_leave_otherwise(outcome) and app.clock() < until:
        other = app.routes.choose(
            call.message.purpose, app.clock(), template=call.message.template,
            values=said_in(call.message), without=tried,
        )
        if other is None:
            break
        again = replace(call, call=app.ids()[-CALL:], provider=other.name)
        try:
            _, longer, begun = _begin(app, [again], claim=claim)
        except Unavailable:  # who cannot write it down does not call
            break
        if not begun:
            break
        call, until = again, longer
        outcome = _called(app, call, number, until)
        tried.append(other.name)
    return call, outcome


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


def _record(app: App, done: set[Future[Answer]]) -> None:
    """Writes down what came of these calls, all in one transaction. Tries for as long as a lease:
    an answer that is in hand and is not written down leaves its message unknown."""
    crash_point("notifications.before_record")
    changes = [_recorded(app, *each.result()) for each in done]
    change_all(app.transactions, app.store, changes, within=app.pace.lease)
    crash_point("notifications.after_record")


def _recorded(app: App, call: Begun, outcome: Outcome) -> Change:
    """An answer that comes when the message has left anew says nothing of that later call, unless
    it was accepted: then it has left."""
    jitter, now = random.uniform(-1, 1), app.clock()  # nosec B311 # spreads tries

    def after(one: Message) -> Message:
        if one.attempts[-1:] != (call.attempt_id,) and not isinstance(outcome, Accepted):
            return one
        return answered(one, outcome, now=now, jitter=jitter, patience=app.patience)

    return Change(message_id=call.message.message_id, after=after)
