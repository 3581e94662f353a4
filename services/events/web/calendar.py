"""Calendar entries as a file that calendars read (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import icalendar
from icalendar import Calendar

from kernel.clock import SHANGHAI
from services.events.domain.calendar import Entry

ZONE = "Asia/Shanghai"
REFRESH = timedelta(hours=1)


def calendar_of(entries: Iterable[Entry], *, name: str | None = None) -> bytes:
    """The file; the same entries give the same bytes. With a name it is one to subscribe to."""
    calendar = Calendar()
    calendar.add("prodid", "-//xiangxin//events//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name is not None:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Any:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)  # without METHOD it is the last change as well
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", entry.starts_at.astimezone(SHANGHAI))
    event.add("dtend", entry.ends_at.astimezone(SHANGHAI))
    event.add("status", entry.state)
    event.add("summary", entry.title)
    event.add("class", "CONFIDENTIAL" if entry.confidential else "PRIVATE")
    if entry.place is not None:
        event.add("location", entry.place)
    if entry.state != "CONFIRMED":
        event.add("transp", "TRANSPARENT")  # the time is not taken (yet)
    return event


def _zone() -> Any:
    """China has kept one offset since 1991: one rule says all."""
    standard = icalendar.TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15))  # noqa: DTZ001 - the format wants local time
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone = icalendar.Timezone()
    zone.add("tzid", ZONE)
    zone.add_component(standard)
    return zone
