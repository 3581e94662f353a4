"""Appointments: the slots of a station put on the calendar, one activity per station and day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.events.domain.broken_kinds import UnknownStation
from services.events.domain.programme import Programme, Station
from services.events.domain.slots import Slot, slots_of
from services.events.usecases.activities import publish_activity
from services.events.usecases.application import Events
from services.events.usecases.programmes import programme_of_kind
from services.events.workdays import public_holiday

Holiday = Callable[[date], "bool | None"]


@dataclass(frozen=True, kw_only=True)
class _Planning(Events):
    """The service with one day in its hands: whatever is published keeps that the day is planned
    in the same transaction, and is not published when the day is planned already."""

    day_name: str

    def write(self, once: Once | None, work: Callable[[Transaction], Answer]) -> Answer:
        def planned(transaction: Transaction) -> Answer:
            there = self.store.plans.activity_of(self.day_name, within=transaction)
            if there is not None:
                return {"activity_id": there, "already": True}
            answer = work(transaction)
            self.store.plans.keep(self.day_name, answer["activity_id"], within=transaction)
            return answer

        return super().write(once, planned)


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
    planning = _Planning(**vars(app), day_name=f"{programme.key}/{station.key}/{day.isoformat()}")
    answer = publish_activity(planning, order)
    already = bool(answer.get("already"))
    kept = {"activity_id": answer["activity_id"], "already": already}
    return kept if already else {**kept, "sessions": len(slots)}
