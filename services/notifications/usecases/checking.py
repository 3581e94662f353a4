"""What was true, wanted and in time when a message was written may be so no more (N-14 … N-19)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.notifications.domain.life import hold, postpone, settle
from services.notifications.domain.message import UNSENT, Message, State
from services.notifications.domain.quiet import leaves_at
from services.notifications.domain.registration import History
from services.notifications.usecases.application import App
from services.notifications.usecases.consenting import kept_back
from services.notifications.usecases.wording import with_last_word


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A message that is due, as it would be said now, to that number by that provider; or, with
    `rest`, one that is not to leave, and what becomes of it instead."""

    message: Message
    number: str = field(default="", repr=False)
    provider: str = ""
    rest: Callable[[Message], Message] | None = None


def checked_all(app: App, due: Sequence[Message]) -> list[Checked]:
    """Each of these messages, and whether it may leave now."""
    numbers = app.store.contacts.numbers({message.person_ref for message in due})
    registrations = {message.registration_id for message in due if message.registration_id}
    history = History(app.store.messages.of_subjects(registrations))
    unwanted = kept_back(app, due, numbers)
    return [
        _unwanted(message, unwanted[message.message_id]) if message.message_id in unwanted
        else _checked(app, message, numbers.get(message.person_ref), history)
        for message in due
    ]


def _unwanted(message: Message, reason: str) -> Checked:
    return Checked(message=message, rest=lambda one: _unsent(one, "suppressed", reason))


def _checked(app: App, message: Message, number: str | None, history: History) -> Checked:
    """After all that is known of its registration by now."""

    def resting(after: Callable[[Message], Message]) -> Checked:
        return Checked(message=message, rest=after)

    if history.is_stale(message):
        return resting(lambda one: _unsent(one, "suppressed", "superseded"))
    now = app.clock()
    said = with_last_word(app, message, history)
    due = now if said.released else leaves_at(said, now, app.rules)
    if said.state == "failed":
        return resting(lambda one: _unsent(one, "failed", said.reason))
    if said.deadline <= due:
        return resting(lambda one: _unsent(one, "expired", "too_late"))
    if due > now:
        return resting(lambda one: hold(one, "quiet_hours", due))
    if number is None:
        return resting(lambda one: _waiting(one, now))
    return Checked(message=said, number=number)


def _unsent(message: Message, state: State, reason: str | None) -> Message:
    return settle(message, state, reason) if message.state in UNSENT else message


def _waiting(message: Message, now: datetime) -> Message:
    """The contact comes by another queue and may be later than the sign-up."""
    if message.state not in UNSENT:
        return message
    jitter = random.uniform(-1, 1)  # nosec B311 # spreads tries
    return postpone(message, "no_number", now=now, jitter=jitter)
