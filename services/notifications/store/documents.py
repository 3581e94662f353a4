"""A message as a document, and back; what of it is found by which index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from contracts.session import SessionRef
from kernel.vault import Sealing
from services.notifications.domain.lanes import turn_of
from services.notifications.domain.message import BROADCASTS, Message
from services.notifications.store.sealed import Sealed

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "messages": [
        IndexModel([("turn", ASCENDING), ("look_at", ASCENDING)], name="turn", sparse=True),
        IndexModel([("keys", ASCENDING)], name="keys"),
        IndexModel([("written_at", DESCENDING)], name="latest"),
    ],
}
FORGOTTEN: Mapping[str, Any] = {"$unset": {"said": "", "values_hash": ""}}
_CHANGING = ("state", "look_at", "changed_at", "tries", "asked", "resends", "released", "reason",
             "provider", "provider_ref")


class Documents:
    """Collection `messages`: `_id` is the message's id, which is the same for the same fact,
    person and purpose and so keeps a message from being written twice (N-1). `keys` are all that a
    message is found by: its person, registration, matter and broadcast, and what providers call
    its attempts, whose own ids name their message. `turn` and `look_at` are there while it needs
    attention. `said` is the text with its values, sealed and opened only for who is about to send
    it (N-23); `values_hash` is the keyed hash of the values (N-20)."""

    def __init__(self, vault: Sealing) -> None:
        self._sealed = Sealed(vault)

    def document(self, message: Message) -> Document:
        """Everything of a new message."""
        fields = {name: value for name, value in vars(message).items() if value is not None}
        broadcast_id = message.event_id if message.purpose in BROADCASTS else None
        found_by = (message.person_ref, message.registration_id, message.matter, broadcast_id)
        keys = [key for key in found_by if key]
        del fields["text"], fields["values"]
        return {**fields, **self.said(message), **_turn(message),
                "_id": message.message_id, "attempts": [], "keys": keys}

    def said(self, message: Message) -> Document:
        """The text, and what it was made of, as kept."""
        values = dict(message.values)
        said: Document = {
            "said": self._sealed.seal({"text": message.text, "values": values}),
            "values_hash": self._sealed.digest(f"values|{sorted(values.items())}")[:32],
            "template": message.template, "segments": message.segments,
            "deadline": message.deadline,
        }
        if message.session is not None:
            said["session"] = vars(message.session)
        return said

    def opened(self, document: Document) -> Message:
        """The message with its text and values; without them once they were forgotten."""
        message = message_of(document)
        sealed = document.get("said")
        return message if sealed is None else replace(message, **self._sealed.open(sealed))


def message_of(document: Mapping[str, Any]) -> Message:
    """The message without its text and values."""
    fields = {name: document[name] for name in Message.__dataclass_fields__ if name in document}
    fields["attempts"] = tuple(document["attempts"])
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
