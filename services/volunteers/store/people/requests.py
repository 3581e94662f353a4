"""What was asked for and decided: ways back, looks at minors' data, corrections of contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson.binary import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from kernel.mongo import available
from kernel.transaction import Transaction
from services.volunteers.domain.people.requests import Request, RequestKind

INDEXES: Mapping[str, list[IndexModel]] = {
    "volunteer_requests": [
        IndexModel([("kind", ASCENDING), ("state", ASCENDING), ("asked_at", ASCENDING)],
                   name="open"),
    ],
}
Document = dict[str, Any]
LISTED = 200


class Requests:
    """Collection `volunteer_requests`; `contact` is the sealed JSON `[name, phone]` of who asks
    for a way back, or of what a name or telephone is to be."""

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["volunteer_requests"]

    def add(self, request: Request, contact: Binary | None = None, *,
            within: Transaction) -> None:
        """A new request."""
        self._documents.insert_one({**_document(request), "contact": contact},
                                   session=within.session)

    def one(self, request_id: str, kind: RequestKind, *,
            within: Transaction | None = None) -> Request | None:
        """By id, of this kind."""
        with available():
            found = self._documents.find_one({"_id": request_id, "kind": kind},
                                             session=within and within.session)
        return _request(found) if found else None

    def ticket(self, asked_by: str, volunteer_no: str, now: datetime) -> str | None:
        """The id of an approved look of this member at this volunteer that still holds."""
        with available():
            found = self._documents.find_one({
                "kind": "read", "state": "approved", "asked_by": asked_by,
                "volunteer_no": volunteer_no, "until": {"$gt": now},
            }, {"_id": 1})
        return found["_id"] if found else None

    def contact(self, request_id: str, *, within: Transaction | None = None) -> Binary | None:
        """The sealed name and telephone of who asked."""
        with available():
            found = self._documents.find_one({"_id": request_id}, {"contact": 1},
                                             session=within and within.session)
        return found["contact"] if found else None

    def replace(self, request: Request, *, within: Transaction) -> None:
        """The request as decided."""
        fields = _document(request)
        self._documents.update_one({"_id": fields.pop("_id")}, {"$set": fields},
                                   session=within.session)

    def pending(self, kind: RequestKind) -> list[Request]:
        """Those that wait for a decision, the oldest first."""
        with available():
            found = self._documents.find({"kind": kind, "state": "pending"})
            return [_request(each) for each in found.sort("asked_at", ASCENDING).limit(LISTED)]

    def waiting(self, volunteer_no: str, kind: RequestKind) -> Request | None:
        """The first that this volunteer has waiting, or that waits about them."""
        asked = {"kind": kind, "state": "pending", "volunteer_no": volunteer_no}
        with available():
            found = self._documents.find_one(asked, sort=[("asked_at", ASCENDING)])
        return _request(found) if found else None

    def oldest(self) -> datetime | None:
        """When the first one that is kept was asked."""
        found = self._documents.find_one({}, {"asked_at": 1}, sort=[("asked_at", ASCENDING)])
        return found["asked_at"] if found else None

    def forget_before(self, moment: datetime, kind: RequestKind, *, limit: int,
                      within: Transaction) -> int:
        """Deletes requests asked before, decided or not; how many. For the retention job (C-31)."""
        old = {"kind": kind, "asked_at": {"$lt": moment}}
        found = self._documents.find(old, {"_id": 1}, session=within.session).limit(limit)
        ids = [each["_id"] for each in found]
        if ids:
            self._documents.delete_many({"_id": {"$in": ids}}, session=within.session)
        return len(ids)


def _document(request: Request) -> Document:
    fields = dict(vars(request))
    return {"_id": fields.pop("request_id"), **fields}


def _request(document: Document) -> Request:
    fields = {name: value for name, value in document.items() if name != "contact"}
    return Request(request_id=fields.pop("_id"), **fields)
