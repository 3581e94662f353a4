"""Values of the domain as documents, and back; what many collections write alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from bson import CodecOptions, decode, encode
from pymongo.collection import Collection

from contracts.event import read, write
from contracts.session import SessionRef
from kernel.rights import Scope
from kernel.transaction import Transaction
from services.volunteers.domain.attendance import Attendance, Told
from services.volunteers.domain.chain import Head
from services.volunteers.domain.entry import Effective, Entry, Line
from services.volunteers.domain.ruling import DayApproval, Ruling
from services.volunteers.domain.spans import Span
from services.volunteers.domain.stays import Stay

Document = dict[str, Any]
_HEAD = tuple(field.name for field in fields(Head) if field.name != "person_ref")
TOGETHER = 50  # keys of one question
CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True)


def entry_document(entry: Entry) -> Document:
    """`_id` names person and number, so that a person's entries are one range in order; the rest
    is what the hash covers, and the hash."""
    return {"_id": entry_key(entry.person_ref, entry.number), **_with_time(entry),
            "session": vars(entry.session)}


def entry_of(document: Mapping[str, Any]) -> Entry:
    """Out of what `entry_document` wrote."""
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Entry(**_from_time(fields) | {"session": SessionRef(**document["session"])})


def entry_key(person_ref: str, number: int) -> str:
    """Sorts by number within the person."""
    return f"{person_ref}/{number:08d}"


def of_person(person_ref: str) -> Document:
    """The range of `_id`s of a person where `_id` is person/something."""
    return {"_id": {"$gt": f"{person_ref}/", "$lt": f"{person_ref}0"}}


def within_limits(limits: Scope) -> Document:
    """Of what has a session: those at programmes and streets that the limits leave."""
    lists = {"session.programme": limits.programmes, "session.street": limits.streets}
    return {field: {"$in": sorted(some)} for field, some in lists.items() if some}


def by_keys(documents: Collection[Document], keys: Iterable[str], *,
            query: Mapping[str, Any] | None = None, fields: Mapping[str, Any] | None = None,
            within: Transaction | None = None) -> Iterator[Document]:
    """The documents that have these keys, and meet the query, in no order; some at a time, for the
    embedded database compares each that it finds with every key of one question."""
    session, left = within and within.session, iter(keys)
    while some := list(islice(left, TOGETHER)):
        yield from documents.find({"_id": {"$in": some}, **(query or {})}, fields,
                                  session=session)


def head_fields(head: Head) -> Document:
    """All but the person, who is the key."""
    return {name: value for name, value in vars(head).items() if name != "person_ref"}


def head_of(document: Mapping[str, Any]) -> Head:
    """Out of a document that holds `head_fields`, whatever else it holds."""
    return Head(person_ref=document["_id"], **{name: document[name] for name in _HEAD})


def attendance_bytes(attendance: Attendance) -> bytes:
    """As BSON in one piece: it is only ever read and written whole, and a shelf of many is then
    one flat document, which a database reads, compares and logs far faster than a deep one."""
    return encode(attendance_document(attendance))


@lru_cache(maxsize=4096)
def attendance_kept(kept: bytes) -> Attendance:
    """The attendance that `attendance_bytes` wrote: who comes on one day often comes on the days
    around, and is read with all of them each time."""
    return attendance_of(attendance_read(kept))


def attendance_read(kept: bytes) -> Document:
    """The document that `attendance_bytes` wrote."""
    return decode(kept, CODEC)


def attendance_document(attendance: Attendance) -> Document:
    ruling = attendance.ruling
    fields = dict(vars(attendance))
    if attendance.lapsed_for is None:
        del fields["lapsed_for"]  # as nearly always
    return {
        **fields,
        "day": attendance.day,
        "session": vars(attendance.session),
        "waiting": [
            {"sequence": sequence, "key": fact.key, "data": write(fact)}
            for sequence, fact in attendance.waiting
        ],
        "ruling": _ruling_document(ruling) if ruling else None,
        "effective": [
            {"entry_id": each.entry_id, "number": each.number, "line": _with_time(each.line)}
            for each in attendance.effective
        ],
    }


def attendance_of(document: Mapping[str, Any]) -> Attendance:
    """Out of what `attendance_document` wrote."""
    ruling = document["ruling"]
    return Attendance(**{
        **{name: value for name, value in document.items() if name != "day"},
        "session": SessionRef(**document["session"]),
        "came": tuple(document["came"]),
        "left": tuple(document["left"]),
        "waiting": tuple(
            (each["sequence"], cast(Told, read(each["key"], each["data"])))
            for each in document["waiting"]
        ),
        "ruling": _ruling_of(ruling) if ruling else None,
        "effective": tuple(
            Effective(entry_id=each["entry_id"], number=each["number"],
                      line=Line(**_from_time(each["line"])))
            for each in document["effective"]
        ),
    })


def approval_document(approval: DayApproval) -> Document:
    return {**vars(approval), "day": approval.day.isoformat()}


def approval_of(document: Mapping[str, Any]) -> DayApproval:
    """Out of what `approval_document` wrote."""
    return DayApproval(**{**document, "day": date.fromisoformat(document["day"])})


def _ruling_document(ruling: Ruling) -> Document:
    return {**vars(ruling), "session": vars(ruling.session),
            "spans": [vars(span) for span in ruling.spans]}


def _ruling_of(document: Mapping[str, Any]) -> Ruling:
    return Ruling(**{
        **document, "session": SessionRef(**document["session"]),
        "spans": tuple(Span(**span) for span in document["spans"]),
    })


def _with_time(value: Entry | Line) -> Document:
    return {**vars(value), "stay": vars(value.stay), "spans": [vars(span) for span in value.spans]}


def _from_time(fields: Mapping[str, Any]) -> Document:
    return {**fields, "stay": Stay(**fields["stay"]),
            "spans": tuple(Span(**span) for span in fields["spans"])}
