"""What was true and in time when a message was written may be neither by now (N-14, N-15, C-39)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.notifications.domain.life import hold, postpone, settle
from services.notifications.domain.message import UNSENT, Message, State
from services.notifications.domain.notice import not_before
from services.notifications.domain.registration import History
from services.notifications.usecases.application import App
from services.notifications.usecases.wording import with_last_word


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A claimed message as it would be said now, to that number; or, with `rest`, one that is not
    to leave, and what becomes of it instead."""

    message: Message
    number: str = field(default="", repr=False)
    rest: Callable[[Message], Message] | None = None


def check(app: App, message: Message, *, number: str | None, history: History) -> Checked:
    """Whether a claimed message may leave now, after all that is known of its registration."""

    def resting(after: Callable[[Message], Message]) -> Checked:
        return Checked(message=message, rest=after)

    if history.is_stale(message):
        return resting(lambda one: _unsent(one, "suppressed", "superseded"))
    now = app.clock()
    said = with_last_word(app, message, history)
    due = not_before(said, now, app.rules)
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
    if message.state != "claimed":
        return message
    jitter = random.uniform(-1, 1)
    return postpone(message, "no_number", now=now, jitter=jitter)
