"""Messages of one registration in the order of its facts: the stale are not sent (N-14, N-15)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.notifications.domain.message import HANDED_OVER, Message, settle

Line = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """New messages as they are to be written, and the ids of earlier ones that are not to leave."""

    new: list[Message]
    stale: list[str]


def line(message: Message) -> Line:
    """One person's messages about one registration."""
    return (message.registration_id or message.event_id, message.person_ref)


def newest(messages: Iterable[Message]) -> dict[Line, int]:
    """The greatest sequence of each line."""
    last: dict[Line, int] = defaultdict(int)
    for message in messages:
        last[line(message)] = max(last[line(message)], message.sequence)
    return last


def weigh(new: list[Message], earlier: list[Message]) -> Weighed:
    """Only the newest message of a line may leave, and a cancellation only if there is something
    to take back: who was never told of the place is not told of its end."""
    last = newest([*new, *earlier])
    told = {line(message) for message in earlier if message.state in HANDED_OVER}
    stale = [
        message.message_id for message in earlier
        if message.state in ("queued", "claimed") and message.sequence < last[line(message)]
    ]
    return Weighed(new=[_weighed(message, last, told) for message in new], stale=stale)


def _weighed(message: Message, last: dict[Line, int], told: set[Line]) -> Message:
    if message.sequence < last[line(message)]:
        return settle(message, "suppressed", "superseded")
    if message.purpose == "cancelled" and line(message) not in told:
        return settle(message, "suppressed", "nothing_to_take_back")
    return message
