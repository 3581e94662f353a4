"""Appointments: the slots of a station put on the calendar, one activity per station and day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from kernel.clock import local_day
from kernel.transaction import Transaction
from kernel.workdays import public_holiday
from services.events.domain.broken import UnknownStation
from services.events.domain.programme import Programme, Station
from services.events.domain.slots import Slot, slots_of
from services.events.usecases.activities import publish_within
from services.events.usecases.application import Events
from services.events.usecases.programmes import programme_of_kind

Holiday = Callable[[date], "bool | None"]


def plan_slots(app: Events, programme: str, *, station: str, first_day: date, last_day: date,
               holiday: Holiday = public_holiday) -> dict[str, Any]:
    """Publishes the slots of the station for every day it is open, both days inclusive.

    Answers `{station, planned: [{day, activity_id, sessions}], already: [{day, activity_id}],
    skipped: [{day, reason: past | closed | public_holiday}], provisional: [year]}`; a provisional
    year is one whose public holidays are not known yet, so that only the weekly openings and the
    file's `closed_on` were heeded. Days without an opening are not named. Safe to repeat, and to
    call twice at once: a day that is planned stays as it is. Raises UnknownProgramme, WrongKind,
    UnknownStation. Each day is kept by itself, so what was planned before a failure stays.
    """
    found = programme_of_kind(app, programme, "appointment")
    place = found.station(station)
    if place is None:
        raise UnknownStation(station, known=[each.key for each in found.stations])
    answer: dict[str, Any] = {"station": station, "planned": [], "already": [], "skipped": []}
    unknown: set[int] = set()
    for day in _days(first_day, last_day):
        slots = slots_of(place, day)
        if not slots:
            continue
        off = holiday(day)
        if off is None:
            unknown.add(day.year)
        if reason := _reason(app, found, day, off=bool(off)):
            answer["skipped"].append({"day": day, "reason": reason})
            continue
        kept = _publish(app, found, place, day, slots)
        list_name = "already" if kept.pop("already") else "planned"
        answer[list_name].append({"day": day, **kept})
    return {**answer, "provisional": sorted(unknown)}


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _reason(app: Events, programme: Programme, day: date, *, off: bool) -> str | None:
    if day < local_day(app.clock()):
        return "past"
    if day.isoformat() in programme.closed_on:
        return "closed"
    return "public_holiday" if off else None


def _publish(app: Events, programme: Programme, station: Station, day: date,
             slots: list[Slot]) -> dict[str, Any]:
    order = {
        "programme": programme.key, "title": f"{station.title} {day.month}月{day.day}日",
        "place": station.address, "street": station.street, "mode": "first-come",
        "confidential": programme.confidential, "opens_at": None, "closes_at": None,
        "sessions": [dict(vars(slot)) for slot in slots],
    }
    name = f"{programme.key}/{station.key}/{day.isoformat()}"

    def work(transaction: Transaction) -> dict[str, Any]:
        there = app.store.plans.activity_of(name, within=transaction)
        if there is not None:
            return {"activity_id": there, "already": True}
        activity_id = publish_within(app, order, transaction)["activity_id"]
        app.store.plans.keep(name, activity_id, within=transaction)
        return {"activity_id": activity_id, "already": False, "sessions": len(slots)}

    return app.transactions.run(work)
