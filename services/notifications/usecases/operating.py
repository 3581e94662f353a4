"""Staff look at messages and act on them: safely, with a reason, and it is written down (N-27)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.acting import Acting
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.notifications.domain.message import Message
from services.notifications.domain.operating import (
    Action,
    Advice,
    NotAllowed,
    UnknownMessage,
    acted,
    advice,
    allowed,
    refusal,
)
from services.notifications.domain.report import NotSeen
from services.notifications.store.acts import Act
from services.notifications.usecases.application import App
from services.notifications.usecases.reconciling import ask_now
from services.notifications.usecases.showing import PAGE, Page, page_of
from services.notifications.usecases.telling import counted, tell


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message, when it was written, and what to do about it. The number is masked, None where
    none is known."""

    message: Message
    written_at: datetime
    advice: Advice
    actions: tuple[Action, ...] = ()
    number: str | None = None
    acts: Sequence[Act] = ()


def messages(app: App, *, states: Collection[str] = (), purpose: str | None = None,
             key: str | None = None, stuck: bool = False, page: int = 1) -> Page[Seen]:
    """Messages, newest first; `key` is a person, a registration, a broadcast or an attempt."""
    found = app.store.overview.listed(
        states=states, purpose=purpose, key=key, skip=(page - 1) * PAGE, limit=PAGE + 1,
        due_before=stuck_since(app) if stuck else None,
    )
    shown = [Seen(message=message, written_at=at, advice=advice(message)) for message, at in found]
    return page_of(shown, page)


def stuck_since(app: App) -> datetime:
    """What should have been looked at before then, and was not, is stuck."""
    return app.clock() - app.pace.stuck_after


def explained(app: App, message_id: str) -> Seen:
    """One message with its history and what may be done. Raises UnknownMessage, Unavailable."""
    found = app.store.overview.one(message_id)
    if found is None:
        raise UnknownMessage
    message, written_at = found
    number = app.store.contacts.numbers({message.person_ref}).get(message.person_ref)
    return Seen(
        message=message, written_at=written_at, advice=advice(message),
        actions=allowed(message, app.clock()), number=masked(number) if number else None,
        acts=app.store.acts.of(f"message/{message_id}"),
    )


def masked(number: str) -> str:
    """139****0001: the middle is never shown."""
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"


def act(app: App, message_id: str, action: Action, *, reason: str, by: Acting,
        once: Once | None = None) -> Answer:
    """Does it and writes down who, when and why: {message_id, state, outcome}. Safe to repeat with
    a key. Raises UnknownMessage, NotAllowed."""
    outcome = _looked_up(app, message_id) if action == "look_up" else ""
    changed: list[Message] = []

    def work(within: Transaction) -> Answer:
        changed.clear()
        message = app.store.messages.some([message_id], within=within).get(message_id)
        if message is None:
            raise UnknownMessage
        after = message if outcome else acted(message, action, within.now)
        if after != message:
            app.store.messages.keep([after], within=within)
            tell(within, message.state, after)
            changed.append(after)
        app.store.acts.add(Act(
            subject=f"message/{message_id}", action=action, by=by.actor, at=within.now,
            reason=reason, outcome=outcome or after.state,
        ), within=within)
        within.note({"state": message.state}, {"state": after.state, "action": action})
        return {"message_id": message_id, "state": after.state, "outcome": outcome}

    answer = app.transactions.write(once, work)
    for message in changed:
        counted(message)
    return answer


def _looked_up(app: App, message_id: str) -> str:
    """What the provider says now, in words; what it says is written down as any receipt."""
    found = app.store.overview.one(message_id)
    if found is None:
        raise UnknownMessage
    message, _ = found
    if (why := refusal(message, "look_up", app.clock())) is not None:
        raise NotAllowed("look_up", why)
    answer = ask_now(app, message)
    if answer is None:
        return "通道不能查询，或没有答复"
    return "通道说没有收到过" if isinstance(answer, NotSeen) else "通道已答复"
