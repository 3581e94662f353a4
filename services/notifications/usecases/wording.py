"""The text of a message, made of its session and values; made anew when the session moved."""

from __future__ import annotations

from dataclasses import replace

from services.notifications.domain.life import settle
from services.notifications.domain.message import SECRET, Message
from services.notifications.domain.registration import History, moved_to
from services.notifications.domain.text import InvalidText, segments
from services.notifications.usecases.application import App


def worded(app: App, message: Message) -> Message:
    """With its text, or failed with the variable that may not be said (N-21). Safe to repeat."""
    try:
        rendered = app.texts.render(message.purpose, message.session, message.values)
    except InvalidText as fault:
        return settle(message, "failed", f"text:{fault.field}")
    return replace(message, text=rendered.text, template=rendered.template,
                   segments=segments(rendered.text))


def with_last_word(app: App, message: Message, history: History) -> Message:
    """Said of the session as it is by now (N-15). It stays as it is when what it was made of is
    not kept: a SECRET text, which names no time, or one written before sessions were kept."""
    session = history.session_of(message)
    if session is None or message.session is None or message.purpose in SECRET:
        return message
    return worded(app, moved_to(message, session))
