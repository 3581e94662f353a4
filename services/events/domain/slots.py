"""The slots of a station on a day, from its weekly openings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kernel.clock import SHANGHAI
from services.events.domain.programme import WEEKDAYS, Station


@dataclass(frozen=True, kw_only=True)
class Slot:
    """From when until when, for how many people."""

    starts_at: datetime
    ends_at: datetime
    capacity: int


def slots_of(station: Station, day: date) -> list[Slot]:
    """The day's slots, earliest first, none when the station is closed on that day of the week.

    What is left of an opening and shorter than a slot is not used. Times are in Asia/Shanghai.
    """
    length = timedelta(minutes=station.slot_minutes)
    midnight = datetime.combine(day, time(), SHANGHAI)
    slots = []
    for opening in station.weekly:
        if opening.day != WEEKDAYS[day.weekday()]:
            continue
        since, until = (midnight + timedelta(minutes=each) for each in opening.minutes)
        while since + length <= until:
            capacity = opening.places * station.desks
            slots.append(Slot(starts_at=since, ends_at=since + length, capacity=capacity))
            since += length
    return sorted(slots, key=lambda slot: slot.starts_at)
