"""What was decided of broadcasts is carried out: messages queued once each, or taken back (N-1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from kernel.crash import crash_point
from kernel.transaction import Transaction
from services.notifications.domain.audience import SignedUp
from services.notifications.domain.broadcast import Broadcast, useful_until
from services.notifications.domain.life import settle
from services.notifications.domain.message import UNSENT, Message
from services.notifications.usecases.application import App
from services.notifications.usecases.broadcasting import Audience, audience_of, doubled
from services.notifications.usecases.telling import counted, tell
from services.notifications.usecases.wording import placed


def carry_on(app: App) -> int:
    """Queues what was approved and takes back what was stopped; how many broadcasts.

    Safe to repeat, in any number of processes, and to kill at any place: how far a broadcast came
    is written in the transaction that queues. Raises Unavailable.
    """
    busy = app.store.broadcasts.busy()
    for broadcast in busy:
        if broadcast.state == "approved":
            _queue(app, broadcast)
        else:
            _take_back(app, broadcast)
    return len(busy)


def _queue(app: App, broadcast: Broadcast) -> None:
    there = audience_of(app, broadcast.activity_id, broadcast.session_id, broadcast.groups)
    again = doubled(there, app.store.contacts.numbers(there.people))
    left = [each for each in there.people if each > broadcast.reached]
    for start in range(0, len(left), app.pace.queued_at_once):
        bite = left[start:start + app.pace.queued_at_once]
        if not _queue_bite(app, broadcast, there, bite, again):
            return  # stopped meanwhile, or another process is at it
        broadcast = replace(broadcast, reached=bite[-1])
        crash_point("notifications.after_bite")
    _settle(app, broadcast, replace(broadcast, state="queued", busy=False))


def _queue_bite(app: App, broadcast: Broadcast, there: Audience, bite: Sequence[str],
                again: Collection[str]) -> bool:
    written: list[Message] = []

    def work(within: Transaction) -> bool:
        written.clear()
        if app.store.broadcasts.one(broadcast.broadcast_id, within=within) != broadcast:
            return False
        made: dict[str, Message] = {}
        for person_ref in bite:
            message = _message(app, broadcast, there, person_ref, within)
            if person_ref in again:
                message = settle(message, "suppressed", "same_number")
            made[message.message_id] = message
        known = app.store.messages.written(made, within=within)
        written.extend(each for id, each in made.items() if id not in known)
        app.store.messages.add(written, within=within)
        app.store.broadcasts.save(replace(broadcast, reached=bite[-1]), within=within)
        for each in written:
            tell(within, "queued", each)
        return True

    is_ours = app.transactions.run(work)
    for message in written:
        counted(message)
    return is_ours


def _message(app: App, broadcast: Broadcast, there: Audience, person_ref: str,
             within: Transaction) -> Message:
    """For one person; of the sign-up as it stood after its last fact, so that what ends it later
    makes the message stale (N-15)."""
    signup: SignedUp = there.people[person_ref]
    session = there.session_of(person_ref)
    message = Message(
        event_id=broadcast.broadcast_id, person_ref=person_ref, purpose=broadcast.kind,
        deadline=useful_until(broadcast, session, app.terms), sequence=signup.sequence,
        registration_id=signup.registration_id, session=session, values=broadcast.values,
        look_at=within.now,
    )
    return placed(app, message, within.now)


def _take_back(app: App, broadcast: Broadcast) -> None:
    """What is in a call is waited for: when it turns out not to have left, it rests as well."""
    id = broadcast.broadcast_id
    while unsent := app.store.overview.ids(id, UNSENT, limit=app.pace.queued_at_once):
        app.transactions.run(partial(_suppress, app, unsent))
    if not app.store.overview.ids(id, {*UNSENT, "sending"}, limit=1):
        _settle(app, broadcast, replace(broadcast, busy=False))


def _suppress(app: App, message_ids: Sequence[str], within: Transaction) -> None:
    app.store.messages.suppress(message_ids, "broadcast_stopped", within=within)


def _settle(app: App, was: Broadcast, now: Broadcast) -> None:
    def work(within: Transaction) -> None:
        if app.store.broadcasts.one(was.broadcast_id, within=within) == was:
            app.store.broadcasts.save(now, within=within)

    app.transactions.run(work)
