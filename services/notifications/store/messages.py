"""Messages as documents: written once per fact, person and purpose, claimed one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from contracts.session import SessionRef
from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.notifications.domain.message import SECRET, Message
from services.notifications.domain.report import Report

_ONCE = [("event_id", ASCENDING), ("person_ref", ASCENDING), ("purpose", ASCENDING)]
INDEXES: Mapping[str, list[IndexModel]] = {
    "messages": [
        IndexModel(_ONCE, name="once", unique=True),
        IndexModel([("look_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("keys", ASCENDING)], name="keys"),
        IndexModel([("written_at", DESCENDING)], name="latest"),
    ],
}
Document = dict[str, Any]


class Messages:
    """Collection `messages`. `keys` are all that a message is found by: its person, its
    registration, its attempts and what the provider calls it; `look_at` is there while it needs
    attention. The text of a SECRET message is sealed, and opened only for who is about to send
    it."""

    def __init__(self, database: Database[Document], vault: Sealing) -> None:
        self._documents = database["messages"]
        self._vault = vault

    def written(self, message_ids: Collection[str], *, within: Transaction) -> set[str]:
        """Those of the ids that are there already."""
        query = {"_id": {"$in": list(message_ids)}}
        found = self._documents.find(query, {"_id": 1}, session=within.session)
        return {document["_id"] for document in found}

    def add(self, messages: Iterable[Message], *, within: Transaction) -> None:
        """New messages. One that is there already is a lost race (N-1)."""
        documents = [
            _document(message) | self._said(message) | {"written_at": within.now}
            for message in messages
        ]
        if documents:
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)

    def of_registrations(self, registration_ids: Collection[str],
                         *, within: Transaction | None = None) -> list[Message]:
        """Every message of these registrations."""
        if not registration_ids:
            return []
        session = within.session if within else None
        found = self._documents.find({"keys": {"$in": list(registration_ids)}}, session=session)
        return [_message(document) for document in found]

    def keep(self, messages: Iterable[Message], *, within: Transaction) -> None:
        """Replaces what may change of these messages."""
        changes = [UpdateOne({"_id": each.message_id}, _change(each)) for each in messages]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def suppress(self, message_ids: Collection[str], reason: str, *, within: Transaction) -> None:
        """These rest unsent, unless one of them is being sent meanwhile."""
        if message_ids:
            self._documents.update_many(
                {"_id": {"$in": list(message_ids)}, "state": {"$in": ["queued", "claimed"]}},
                {"$set": {"state": "suppressed", "reason": reason}, "$unset": {"look_at": ""}},
                session=within.session,
            )

    def hurry(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """Messages that wait for these people's numbers are looked at now."""
        self._documents.update_many(
            {"keys": {"$in": list(person_refs)}, "state": "queued", "reason": "no_number"},
            {"$set": {"look_at": within.now}},
            session=within.session,
        )

    def claim_due(self, now: datetime, *, claim: str, lease: timedelta,
                  limit: int) -> list[Message]:
        """Up to `limit` queued messages whose time has come, now this worker's for the lease.

        Each by an update of its own: SecantusDB keeps a collection locked while an update of many
        waits for a document that a transaction has changed, and that transaction then waits for
        the collection, for ever.
        """
        due: Document = {"look_at": {"$lte": now}, "state": "queued"}
        with available():
            found = self._documents.find(due, {"_id": 1}).sort("look_at", ASCENDING).limit(limit)
            ids = [document["_id"] for document in found]
            if not ids:
                return []
            chosen = {"_id": {"$in": ids}}
            mine = {"state": "claimed", "claim": claim, "look_at": now + lease}
            claims = [UpdateOne({"_id": id, **due}, {"$set": mine}) for id in ids]
            self._documents.bulk_write(claims, ordered=False)
            found = self._documents.find({**chosen, "claim": claim})
            return [self._opened(document) for document in found]

    def begin(self, message: Message, *, claim: str, attempt_id: str, provider: str,
              now: datetime, lease: timedelta) -> bool:
        """Writes down that the call is about to be made, and with which text (N-2); False when the
        message is no longer ours."""
        change = {
            "$set": {"state": "sending", "provider": provider, "started_at": now,
                     "look_at": now + lease, **self._said(message)},
            "$push": {"attempts": attempt_id, "keys": attempt_id},
        }
        with available():
            result = self._documents.update_one(
                {"_id": message.message_id, "state": "claimed", "claim": claim}, change
            )
        return bool(result.modified_count)

    def _said(self, message: Message) -> Document:
        """The text, and what it was made of, as kept."""
        said: Document = {"text": message.text, "template": message.template,
                          "segments": message.segments, "deadline": message.deadline}
        if message.purpose in SECRET:
            said["text"] = self._vault.seal(message.text)
        if message.session is not None:
            said["session"] = vars(message.session)
        return said

    def _opened(self, document: Document) -> Message:
        message = _message(document)
        if not isinstance(document["text"], Binary):
            return message
        return replace(message, text=self._vault.open(document["text"]))

    def overdue(self, now: datetime, *, limit: int) -> list[Message]:
        """Messages whose worker, or whose receipt, has kept us waiting too long."""
        states = ["claimed", "sending", "unknown"]
        with available():
            found = self._documents.find({"look_at": {"$lte": now}, "state": {"$in": states}})
            return [_message(document) for document in found.limit(limit)]

    def some(self, message_ids: Iterable[str], *, within: Transaction) -> dict[str, Message]:
        """Those of these messages that exist, by id."""
        query = {"_id": {"$in": list(message_ids)}}
        found = self._documents.find(query, session=within.session)
        return {document["_id"]: _message(document) for document in found}

    def of_report(self, provider: str, report: Report) -> str | None:
        """The id of the message that was sent as a receipt names it: by our attempt's id, or by
        the provider's own."""
        names = [name for name in (report.attempt_id, report.provider_ref) if name]
        wanted = {"attempts": 1, "provider": 1, "provider_ref": 1}
        with available():
            found = list(self._documents.find({"keys": {"$in": names}}, wanted))
        for document in found:
            ref = document.get("provider_ref")
            theirs = ref is not None and (document.get("provider"), ref) == (
                provider, report.provider_ref)
            if theirs or report.attempt_id in document["attempts"]:
                return str(document["_id"])
        return None

    def latest(
        self, *, person_ref: str | None, state: str | None, limit: int
    ) -> Sequence[Document]:
        """Documents for the staff's list, newest first."""
        query: Document = {"keys": person_ref} if person_ref else {}
        if state:
            query["state"] = state
        with available():
            return list(self._documents.find(query).sort("written_at", DESCENDING).limit(limit))


_CHANGING = ("state", "look_at", "tries", "reason", "provider", "provider_ref")


def _change(message: Message) -> Document:
    fields = {name: getattr(message, name) for name in _CHANGING}
    there = {name: value for name, value in fields.items() if value is not None}
    change: Document = {"$set": there}
    if gone := {name: "" for name, value in fields.items() if value is None}:
        change["$unset"] = gone
    if message.provider_ref:
        change["$addToSet"] = {"keys": message.provider_ref}
    return change


def _document(message: Message) -> Document:
    fields = {name: value for name, value in vars(message).items() if value is not None}
    keys = [key for key in (message.person_ref, message.registration_id) if key]
    return {**fields, "_id": message.message_id, "attempts": [], "keys": keys}


def _message(document: Mapping[str, Any]) -> Message:
    fields = {name: document[name] for name in Message.__dataclass_fields__ if name in document}
    fields["attempts"] = tuple(document["attempts"])
    if isinstance(document["text"], Binary):
        fields["text"] = ""
    if "session" in fields:
        fields["session"] = SessionRef(**fields["session"])
    return Message(**fields)
