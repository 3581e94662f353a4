"""A figure opened: the documents it was added up from, each with the facts that made it what it is.

No source names anybody: people and households stand as the references that facts have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.stats.domain.attendance import Attendance
from services.stats.domain.day import DayRow, Share
from services.stats.domain.fold import Kind, Row
from services.stats.domain.programme import Programme
from services.stats.domain.record import Redemption, Visit, WorkItem
from services.stats.domain.session import Session

OPENED_BY: Mapping[Kind, str] = {  # the name under which a day row lists them
    Session: "opened_sessions", Attendance: "opened_sessions", Visit: "opened_visits",
    Redemption: "opened_redemptions", WorkItem: "opened_work_items",
}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a figure is made of: documents of a kind with this measure, or with this name."""

    kind: Kind
    measure: str = ""
    name: str = ""


_ONSITE = Opening(kind=Attendance, measure="onsite")
_ONLINE = Opening(kind=Session, measure="audience_online")
_MINUTES = Opening(kind=Attendance, measure="minutes")
OPENINGS: Mapping[str, tuple[Opening, ...]] = {
    "sessions": (Opening(kind=Session, measure="sessions"),),
    "attendances": (_ONSITE, _ONLINE), "attendances_onsite": (_ONSITE,),
    "audience_online": (_ONLINE,), "persons": (Opening(kind=Attendance, name="persons"),),
    "minutes": (_MINUTES,), "hours": (_MINUTES,),
    "served_reported": (Opening(kind=Session, measure="served_reported"),),
    "households": (Opening(kind=Visit, name="visited_households"),
                   Opening(kind=Attendance, name="attending_households")),
    "redemptions": (Opening(kind=Redemption, measure="redemptions"),),
    "windows": (Opening(kind=Redemption, name="windows"),),
    "work_items_done": (Opening(kind=WorkItem, measure="work_items_done"),),
    "work_items_total": (Opening(kind=WorkItem, measure="work_items_total"),),
    "categories": (Opening(kind=WorkItem, name="categories"),),
}
_COLLECTED: Mapping[Kind, str] = {
    Session: "session", Attendance: "attendance", Visit: "visit", Redemption: "redemption",
    WorkItem: "work_item",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """`amount` is what it adds (1 for each of a distinct count), `who` the reference or thing that
    is counted once. `facts` are by subject and its latest sequence; `entries` are of the ledger,
    with their minutes. `method` and `reported_by` say who reported and how (C-43)."""

    kind: str
    key: str
    day: str
    programme: str
    street: str
    amount: int
    who: str | None
    facts: tuple[str, ...] = ()
    entries: Mapping[str, int] | None = None
    method: str | None = None
    reported_by: str | None = None


def sources(row: Row, day: DayRow, opening: Opening, programme: Programme) -> Iterator[Source]:
    """What this document adds to the day row; nothing when it belongs to another by now."""
    if not _counts(opening, programme):
        return
    for share in row.shares():
        amount = _amount(share, opening)
        if share.place.key == day.place.key and amount:
            place = day.place
            names = share.names.get(opening.name, ())
            yield Source(kind=_COLLECTED[type(row)], key=row.key, day=place.day,
                         programme=place.programme, street=place.street, amount=amount,
                         who=names[0] if names else None, **_trail(row))


def amount_of(day: DayRow, figure: str, programme: Programme) -> int:
    """What all sources of the figure in the row add together."""
    return sum(
        sum(day.names.get(opening.name, {}).values()) if opening.name else day.sums[opening.measure]
        for opening in OPENINGS[figure] if _counts(opening, programme)
    )


def _counts(opening: Opening, programme: Programme) -> bool:
    return opening.name != "attending_households" or programme.counts_households


def _amount(share: Share, opening: Opening) -> int:
    if opening.name:
        return len(share.names.get(opening.name, ()))
    return share.sums.get(opening.measure, 0)


def _trail(row: Row) -> dict[str, Any]:
    """The facts behind it, as the log and the other services know them."""
    match row:
        case Attendance(key=key, sequence=sequence, credits=credits):
            subject = f"attendance/{key.replace('|', '.')}"
            told = (f"events.attendance_recorded.v1 {subject} #{sequence}",) if sequence else ()
            return {"facts": told, "entries": dict(credits)}
        case Session(key=key, closed=closed, served_method=method, served_reported_by=reporter):
            return {"facts": (f"events.session_closed.v1 session/{key} #{closed}",),
                    "method": method, "reported_by": reporter}
        case Visit(key=key):
            return {"facts": (f"events.visit_recorded.v1 visit/{key} #1",)}
        case Redemption(key=key):
            return {"facts": (f"events.redemption_recorded.v1 redemption/{key} #1",)}
        case WorkItem(key=key, sequence=sequence):
            return {"facts": (f"events.work_item_recorded.v1 work-item/{key} #{sequence}",)}
    return {}
