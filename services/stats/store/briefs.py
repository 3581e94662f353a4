"""Drafts and editions of briefs as documents: drafts change until decided, editions never do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from kernel.attempt import LostRace, first_come
from kernel.digest import FIRST, canonical, digest
from kernel.transaction import Transaction
from services.stats.domain.brief import Sentence, Template
from services.stats.domain.broken import UnknownBrief, UnknownDraft
from services.stats.domain.edition import Content, Difference, Draft, Edition, Position, Signer

Document = dict[str, Any]
INDEXES: Mapping[str, list[IndexModel]] = {
    "brief_drafts": [
        IndexModel([("state", ASCENDING), ("made_at", ASCENDING)], name="waiting"),
        IndexModel([("revises", ASCENDING)], name="one_revision", unique=True,
                   partialFilterExpression={"revises": {"$gt": 0}}),
    ],
    "briefs": [
        IndexModel([("brief", ASCENDING), ("edition", ASCENDING)], name="editions", unique=True),
    ],
}


class Drafts:
    """Collection `brief_drafts`; `revises` is the brief while its revision waits, so that there is
    one at most."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["brief_drafts"]

    def waiting(self) -> list[Draft]:
        """Those that wait, oldest first."""
        found = self._documents.find({"state": "waiting"}).sort("made_at", ASCENDING)
        return [_draft(document) for document in found]

    def one(self, draft_id: str, *, within: Transaction | None = None) -> Draft:
        """Raises UnknownDraft."""
        session = within.session if within else None
        found = self._documents.find_one({"_id": draft_id}, session=session)
        if found is None:
            raise UnknownDraft
        return _draft(found)

    def revision_of(self, brief: int, *, within: Transaction) -> Draft | None:
        """The revision of a brief that waits."""
        found = self._documents.find_one({"revises": brief}, session=within.session)
        return _draft(found) if found else None

    def add(self, draft: Draft, *, within: Transaction) -> None:
        """A new one. Raises LostRace when a revision of the same brief waits already."""
        with first_come():
            self._documents.insert_one(_document(draft), session=within.session)

    def save(self, draft: Draft, *, within: Transaction) -> None:
        """One that waited until now. Raises LostRace when it was decided meanwhile."""
        document = _document(draft)
        change: Document = {"$set": document}
        if "revises" not in document:
            change["$unset"] = {"revises": ""}
        changed = self._documents.update_one({"_id": document.pop("_id"), "state": "waiting"},
                                             change, session=within.session)
        if changed.matched_count != 1:
            raise LostRace


class Editions:
    """Collection `briefs`: `_id` is the serial; inserted, never changed, never deleted."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["briefs"]

    def add(self, edition: Edition, *, within: Transaction) -> None:
        """The next of the chain. Raises LostRace when another one is by now."""
        document = _plain(edition)
        with first_come():
            self._documents.insert_one({"_id": document.pop("serial"), **document},
                                       session=within.session)

    def last(self, *, within: Transaction) -> Edition | None:
        """The end of the chain."""
        found = self._documents.find_one({}, sort=[("_id", DESCENDING)], session=within.session)
        return _edition(found) if found else None

    def one(self, serial: int) -> Edition:
        """Raises UnknownBrief."""
        found = self._documents.find_one({"_id": serial})
        if found is None:
            raise UnknownBrief
        return _edition(found)

    def of_brief(self, brief: int, *, within: Transaction | None = None) -> list[Edition]:
        """All editions of a brief, the first one first."""
        session = within.session if within else None
        found = self._documents.find({"brief": brief}, session=session).sort("edition", ASCENDING)
        return [_edition(document) for document in found]

    def newest(self, *, count: int, skip: int = 0) -> list[Edition]:
        """The latest editions, newest first."""
        found = self._documents.find().sort("_id", DESCENDING).skip(skip).limit(count)
        return [_edition(document) for document in found]

    def signed(self, serial: int) -> str:
        """What the hash covers, as it is kept now. Raises UnknownBrief."""
        found = self._documents.find_one({"_id": serial})
        if found is None:
            raise UnknownBrief
        return canonical(_content_of(found))

    def is_whole(self, serial: int) -> bool:
        """Whether every byte is the one that was signed, and the one before is the one it names.

        Raises UnknownBrief.
        """
        found = {each["_id"]: each for each in
                 self._documents.find({"_id": {"$in": [serial - 1, serial]}})}
        if serial not in found:
            raise UnknownBrief
        before = found.get(serial - 1)
        previous = _digest(before) if before else FIRST if serial == 1 else None
        return is_as_signed(found[serial]) and found[serial]["previous"] == previous

    def faults(self) -> tuple[int, list[str]]:
        """How many editions there are, and what is wrong in their chain."""
        previous, faults, number = FIRST, [], 0
        for number, each in enumerate(self._documents.find().sort("_id", ASCENDING), start=1):
            if each["_id"] != number:
                faults.append(f"edition {number} is missing")
                return number - 1, faults
            if not is_as_signed(each):
                faults.append(f"edition {number} was altered after it was signed")
            if each["previous"] != previous:
                faults.append(f"edition {number} does not follow edition {number - 1}")
            previous = _digest(each)
        return number, faults


def is_as_signed(document: Document) -> bool:
    """Whether the digest of all that is kept is the one that was signed."""
    return bool(document["hash"] == _digest(document))


def _digest(document: Document) -> str:
    return digest(_content_of(document))


def _content_of(document: Document) -> Document:
    """With the name that the serial had when it was signed."""
    content = {name: value for name, value in document.items() if name != "_id"}
    return {"serial": document["_id"], **content}


def _plain(value: Any) -> Any:
    """As the database keeps it: fields of dataclasses as documents, days as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple | list) else value


def _document(draft: Draft) -> Document:
    document: Document = _plain(draft)
    if draft.brief and draft.state == "waiting":
        document["revises"] = draft.brief
    return {"_id": document.pop("id"), **document}


def _draft(document: Document) -> Draft:
    known = {name: value for name, value in document.items() if name not in ("_id", "revises")}
    return Draft(**known | {
        "id": document["_id"], "content": _content(document["content"]),
        "maker": Signer(**document["maker"]), "differences": _differences(document),
    })


def _edition(document: Document) -> Edition:
    known = {name: value for name, value in document.items() if name != "_id"}
    return Edition(**known | {
        "serial": document["_id"], "content": _content(document["content"]),
        "differences": _differences(document),
    })


def _differences(document: Document) -> tuple[Difference, ...]:
    return tuple(Difference(**each) for each in document["differences"])


def _content(document: Document) -> Content:
    return Content(**document | {
        "since": date.fromisoformat(document["since"]),
        "as_of": date.fromisoformat(document["as_of"]),
        "templates": tuple(Template(**each) for each in document["templates"]),
        "sentences": tuple(_sentence(each) for each in document["sentences"]),
        "position": Position(**document["position"]),
    })


def _sentence(document: Document) -> Sentence:
    lists = {name: tuple(value) for name, value in document.items() if isinstance(value, list)}
    return Sentence(**document | lists)
