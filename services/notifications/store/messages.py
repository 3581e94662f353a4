"""Messages as written and changed: once per fact, person and purpose, told of as they change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pymongo import DESCENDING, UpdateMany
from pymongo.database import Database

from kernel.attempt import first_come
from kernel.mongo import available
from kernel.transaction import Transaction
from kernel.vault import Sealing
from services.notifications.domain.message import UNSENT, Message, State, message_in
from services.notifications.domain.report import Report
from services.notifications.store.documents import (
    FORGOTTEN,
    Document,
    Documents,
    change_of,
    message_of,
    named,
)
from services.notifications.store.tallies import Tallies

KEYS = 50  # asked for at once: SecantusDB takes twice as long for each of a hundred


@dataclass(frozen=True, kw_only=True)
class Named:
    """The message that a receipt names, and its state when it was looked up."""

    message_id: str
    state: State


class Messages:
    """Collection `messages` as facts, receipts and staff see it."""

    def __init__(self, database: Database[Document], vault: Sealing) -> None:
        self._documents = database["messages"]
        self._form = Documents(vault)
        self._tallies = Tallies(database)

    def written(self, message_ids: Collection[str], *, within: Transaction) -> set[str]:
        """Those of the ids that are there already."""
        query = {"_id": {"$in": list(message_ids)}}
        found = self._documents.find(query, {"_id": 1}, session=within.session)
        return {document["_id"] for document in found}

    def add(self, messages: Iterable[Message], *, within: Transaction) -> None:
        """New messages. One that is there already is a lost race (N-1)."""
        documents = [
            self._form.document(message) | {"written_at": within.now} for message in messages
        ]
        if documents:
            with first_come():
                self._documents.insert_many(documents, ordered=False, session=within.session)
            self._tallies.add(len(documents), within=within)

    def of_subjects(self, subjects: Collection[str],
                    *, within: Transaction | None = None) -> list[Message]:
        """Every message of these registrations and matters."""
        if not subjects:
            return []
        session = within.session if within else None
        found = self._documents.find({"keys": {"$in": list(subjects)}}, session=session)
        return [message_of(document) for document in found]

    def keep(self, messages: Iterable[Message], *, within: Transaction) -> None:
        """Replaces what may change of these messages; those that change alike, by one update."""
        alike: dict[str, tuple[Document, list[str]]] = {}
        for each in messages:
            change = change_of(each)
            alike.setdefault(str(change), (change, []))[1].append(each.message_id)
        changes = [
            UpdateMany({"_id": {"$in": ids[start:start + KEYS]}}, change)
            for change, ids in alike.values() for start in range(0, len(ids), KEYS)
        ]
        if changes:
            self._documents.bulk_write(changes, ordered=False, session=within.session)

    def suppress(self, message_ids: Collection[str], reason: str, *, within: Transaction) -> None:
        """These rest unsent, unless one of them is being sent meanwhile."""
        if message_ids:
            self._documents.update_many(
                {"_id": {"$in": list(message_ids)}, "state": {"$in": sorted(UNSENT)}},
                {"$set": {"state": "suppressed", "reason": reason, "changed_at": within.now},
                 "$unset": {"look_at": "", "turn": ""}},
                session=within.session,
            )

    def hurry(self, person_refs: Collection[str], *, within: Transaction) -> None:
        """Messages that wait for these people's numbers are looked at now."""
        self._documents.update_many(
            {"keys": {"$in": list(person_refs)}, "state": "queued", "reason": "no_number"},
            {"$set": {"look_at": within.now}},
            session=within.session,
        )

    def forget(self, person_refs: Collection[str], *, within: Transaction) -> list[str]:
        """Texts and values of these people's messages, whatever becomes of those; what has not left
        rests unsent. The attempts there were, by which other places may know them (C-29)."""
        theirs: Document = {"keys": {"$in": list(person_refs)}}
        found = self._documents.find(theirs, {"attempts": 1, "state": 1}, session=within.session)
        attempts, unsent = [], []
        for each in found:
            attempts += each["attempts"]
            unsent += [each["_id"]] if each["state"] in UNSENT else []
        self.suppress(unsent, "forgotten", within=within)
        self._documents.update_many({**theirs, "said": {"$exists": True}}, FORGOTTEN,
                                    session=within.session)
        return attempts

    def some(self, message_ids: Iterable[str], *, within: Transaction) -> dict[str, Message]:
        """Those of these messages that exist, by id."""
        query = {"_id": {"$in": list(message_ids)}}
        found = self._documents.find(query, session=within.session)
        return {document["_id"]: message_of(document) for document in found}

    def of_reports(self, provider: str, reports: Sequence[Report]) -> list[Named | None]:
        """The messages that were sent as these receipts name them: by our attempt's id, or by the
        provider's own; None for one that names nothing of ours. Raises Unavailable."""
        names = [[*([each.attempt_id] if each.attempt_id else []),
                  *([named(provider, each.provider_ref)] if each.provider_ref else [])]
                 for each in reports]
        every = {name for each in names for name in each}
        ours = {message_id for name in every if (message_id := message_in(name))}
        theirs = {name for name in every if not message_in(name)}
        with available():
            found = [*self._known("_id", ours), *self._known("keys", theirs)]
        known: dict[str, Named] = {}
        for document in found:
            one = Named(message_id=document["_id"], state=document["state"])
            refs = (key for key in document["keys"] if key.startswith(named(provider, "")))
            known |= dict.fromkeys([*document["attempts"], *refs], one)
        return [next((known[name] for name in each if name in known), None) for each in names]

    def _known(self, field: str, values: Collection[str]) -> list[Document]:
        if not values:
            return []
        wanted = {field: {"$in": list(values)}}
        return list(self._documents.find(wanted, {"attempts": 1, "keys": 1, "state": 1}))

    def states(self, message_ids: Collection[str]) -> dict[str, str]:
        """In which state these messages are, by id."""
        with available():
            found = self._documents.find({"_id": {"$in": list(message_ids)}}, {"state": 1})
            return {document["_id"]: document["state"] for document in found}

    def latest(
        self, *, person_ref: str | None, state: str | None, limit: int
    ) -> Sequence[Document]:
        """Documents for the staff's list, newest first."""
        query: Document = {"keys": person_ref} if person_ref else {}
        if state:
            query["state"] = state
        with available():
            return list(self._documents.find(query).sort("written_at", DESCENDING).limit(limit))
