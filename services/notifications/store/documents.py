"""A message as a document, and back; what of it is found by which index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING, IndexModel

from contracts.session import SessionRef
from kernel.vault import Sealing
from services.notifications.domain.lanes import turn_of
from services.notifications.domain.message import BROADCASTS, SECRET, Message

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "messages": [
        IndexModel([("turn", ASCENDING), ("look_at", ASCENDING)], name="turn", sparse=True),
        IndexModel([("keys", ASCENDING)], name="keys"),
        IndexModel([("written_at", DESCENDING)], name="latest"),
    ],
}
_CHANGING = ("state", "look_at", "tries", "asked", "resends", "reason", "provider",
             "provider_ref")


class Documents:
    """Collection `messages`: `_id` is the message's id, which is the same for the same fact,
    person and purpose and so keeps a message from being written twice (N-1). `keys` are all that a
    message is found by: its person, its registration, its broadcast, its attempts and what
    providers call them. `turn` and `look_at` are there while it needs attention. The text of a
    SECRET message is sealed, and opened only for who is about to send it."""

    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def document(self, message: Message) -> Document:
        """Everything of a new message."""
        fields = {name: value for name, value in vars(message).items() if value is not None}
        broadcast_id = message.event_id if message.purpose in BROADCASTS else None
        keys = [key for key in (message.person_ref, message.registration_id, broadcast_id) if key]
        return {**fields, **self.said(message), **_turn(message),
                "_id": message.message_id, "attempts": [], "keys": keys}

    def said(self, message: Message) -> Document:
        """The text, and what it was made of, as kept."""
        said: Document = {"text": message.text, "template": message.template,
                          "segments": message.segments, "deadline": message.deadline}
        if message.purpose in SECRET:
            said["text"] = self._vault.seal(message.text)
        if message.session is not None:
            said["session"] = vars(message.session)
        return said

    def opened(self, document: Document) -> Message:
        """The message with its text, sealed or not."""
        message = message_of(document)
        if not isinstance(document["text"], Binary):
            return message
        return replace(message, text=self._vault.open(document["text"]))


def message_of(document: Mapping[str, Any]) -> Message:
    """The message; the text of a SECRET one is left out."""
    fields = {name: document[name] for name in Message.__dataclass_fields__ if name in document}
    fields["attempts"] = tuple(document["attempts"])
    if isinstance(document["text"], Binary):
        fields["text"] = ""
    if "session" in fields:
        fields["session"] = SessionRef(**fields["session"])
    return Message(**fields)


def change_of(message: Message) -> Document:
    """The update that makes a document's changing part that of the message."""
    fields = {name: getattr(message, name) for name in _CHANGING} | {"turn": turn_of(message)}
    there = {name: value for name, value in fields.items() if value is not None}
    change: Document = {"$set": there}
    if gone := {name: "" for name, value in fields.items() if value is None}:
        change["$unset"] = gone
    if message.provider and message.provider_ref:
        change["$addToSet"] = {"keys": named(message.provider, message.provider_ref)}
    return change


def named(provider: str, provider_ref: str) -> str:
    """The key of what a provider calls an attempt: providers may use the same names."""
    return f"{provider} {provider_ref}"


def _turn(message: Message) -> Document:
    turn = turn_of(message)
    return {} if turn is None else {"turn": turn}
