"""Messages of one registration in the order of its facts: the stale are not sent (N-14, N-15).

A registration's facts are of two sorts. Most say how it stands (in line, offered, confirmed,
ended): of those only the newest is true. Two are remarks that leave it as it stands: its session
moved, or it is to be reminded of. What makes what stale:

    newer fact      confirmed, in line, …   moved   reminder   consent asked for
    how it stands   yes                     no      yes        no
    its end         yes                     yes     yes        yes
    moved           no, but said anew       yes     yes        no
    reminder        no                      no      yes        no

A broadcast about a session is moot when the registration has ended after what was known as it was
written; it makes nothing stale itself.

A confirmation that did not leave before the session moved is still worth sending: it is said with
the session as it is now, beside the message that it moved, because people saw the old time on the
page. A question to a guardian is of a subject of its own and names no time: only a newer question
of the same consent, or the end of the registration, makes it stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from contracts.session import SessionRef
from services.notifications.domain.life import settle
from services.notifications.domain.message import (
    BROADCASTS,
    HANDED_OVER,
    UNSENT,
    Message,
    Purpose,
)

Line = tuple[str, str]
K = TypeVar("K")
REMARKS: frozenset[Purpose] = frozenset({"moved", "reminder"})
ENDS: frozenset[Purpose] = frozenset({"cancelled", "session_cancelled", "lapsed"})


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """New messages as they are to be written, and the ids of earlier ones that are not to leave."""

    new: list[Message]
    stale: list[str]


def line(message: Message) -> Line:
    """One person's messages about one registration, or about one consent."""
    return (message.consent_id or message.registration_id or message.event_id, message.person_ref)


class History:
    """All that was written about some registrations, sent or not; `messages` in any order."""

    def __init__(self, messages: Iterable[Message]) -> None:
        self._last: dict[Line, Message] = {}
        self._state: dict[Line, Message] = {}
        self._moved: dict[Line, Message] = {}
        self._registrations: dict[str, Message] = {}
        for message in messages:
            self._add(message)

    def _add(self, message: Message) -> None:
        if message.purpose in BROADCASTS:
            return
        key = line(message)
        _keep_newest(self._last, key, message)
        if message.purpose == "moved":
            _keep_newest(self._moved, key, message)
        elif message.purpose not in REMARKS:
            _keep_newest(self._state, key, message)
            if message.registration_id and not message.consent_id:
                _keep_newest(self._registrations, message.registration_id, message)

    def is_stale(self, message: Message) -> bool:
        """Whether something newer made it untrue or useless; the table is in the module's words."""
        key = line(message)
        if message.purpose == "reminder":
            return _is_newer(self._last.get(key), message)
        state = self._state.get(key)
        ended = state is not None and state.purpose in ENDS and _is_newer(state, message)
        if message.purpose in BROADCASTS:
            return ended
        if message.purpose == "moved":
            return ended or _is_newer(self._moved.get(key), message)
        return self._is_moot(message) or _is_newer(state, message)

    def _is_moot(self, message: Message) -> bool:
        """A guardian is not asked about a registration that has ended."""
        if message.consent_id is None or message.registration_id is None:
            return False
        stands = self._registrations.get(message.registration_id)
        return stands is not None and stands.purpose in ENDS

    def session_of(self, message: Message) -> SessionRef | None:
        """The session as it is now when it moved after this message's fact, else None."""
        moved = self._moved.get(line(message))
        return moved.session if moved and _is_newer(moved, message) else None


def _keep_newest(newest: dict[K, Message], key: K, message: Message) -> None:
    if key not in newest or message.sequence > newest[key].sequence:
        newest[key] = message


def _is_newer(other: Message | None, message: Message) -> bool:
    return other is not None and other.sequence > message.sequence


def moved_to(message: Message, session: SessionRef) -> Message:
    """The message about the session where it is now; what was of use until its start still is."""
    was = message.session
    deadline = message.deadline
    if was is not None and deadline == was.starts_at:
        deadline = session.starts_at
    return replace(message, session=session, deadline=deadline)


def weigh(new: list[Message], earlier: list[Message]) -> Weighed:
    """What is stale does not leave, and a person's own cancellation only if there is something to
    take back: who was never told of the place is not told of its end. When the organiser cancels
    the session everybody is told: the page had promised the place, and nobody knows yet."""
    history = History([*new, *earlier])
    told = {line(message) for message in earlier if message.state in HANDED_OVER}
    stale = [
        message.message_id for message in earlier
        if message.state in UNSENT and history.is_stale(message)
    ]
    return Weighed(new=[_weighed(message, history, told) for message in new], stale=stale)


def _weighed(message: Message, history: History, told: set[Line]) -> Message:
    if history.is_stale(message):
        return settle(message, "suppressed", "superseded")
    if message.purpose == "cancelled" and line(message) not in told:
        return settle(message, "suppressed", "nothing_to_take_back")
    return message
