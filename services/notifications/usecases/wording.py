"""The text of a message, made of its session and values; made anew when the session moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.notifications.domain.consent import check_ending
from services.notifications.domain.life import hold, settle
from services.notifications.domain.message import SECRET, Message
from services.notifications.domain.quiet import leaves_at
from services.notifications.domain.registration import History, moved_to
from services.notifications.domain.text import InvalidText, segments
from services.notifications.templates import Rendered, said_of
from services.notifications.usecases.application import App


def worded(app: App, message: Message) -> Message:
    """With its text, or failed with the variable that may not be said (N-21). Safe to repeat."""
    try:
        rendered = app.texts.render(message.purpose, message.session, message.values)
        _check_sayable(app, rendered)
        check_ending(message.purpose, rendered.text)
    except InvalidText as fault:
        return settle(message, "failed", f"text:{fault.field}")
    return replace(message, text=rendered.text, template=rendered.template,
                   segments=segments(rendered.text))


def _check_sayable(app: App, rendered: Rendered) -> None:
    """Raises InvalidText when none of our providers can say it: a variable is too long for the
    forms that each has a code for, or there is none (N-21)."""
    providers = app.routes.by_name
    if not any(one.can_send(rendered.template, rendered.said) for one in providers.values()):
        app.codes.choose(next(iter(providers)), rendered.template, rendered.said)


def said_in(message: Message) -> Mapping[str, str]:
    """What the text says, each value as it reads in it, for providers with texts of their own."""
    return said_of(message.session, message.values)


def placed(app: App, message: Message, now: datetime) -> Message:
    """A new message with its text; held when it has to wait for the morning, at rest at once when
    it would come too late (C-39) or may not be said (N-21)."""
    at = leaves_at(message, now, app.rules)
    if message.deadline <= at:
        return settle(message, "expired", "too_late")
    return worded(app, message if at <= now else hold(message, "quiet_hours", at))


def with_last_word(app: App, message: Message, history: History) -> Message:
    """Said of the session as it is by now (N-15). It stays as it is when what it was made of is
    not kept: a SECRET text, which names no time, or one written before sessions were kept."""
    session = history.session_of(message)
    if session is None or message.session is None or message.purpose in SECRET:
        return message
    return worded(app, moved_to(message, session))
