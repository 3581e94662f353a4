"""What staff's forms send, made into the bodies of the doors: the same schemas check both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from kernel.answers import Once
from kernel.pages.once import once_of_form
from kernel.web.fields import Day
from services.events.domain.terms import Terms
from services.events.schemas.activities import ActivityBody, SessionChangeBody
from services.events.schemas.desk import CloseBody

MOST_ROWS = 60
OFFSET = "+08:00"  # Asia/Shanghai, which has no summer time
WORDS = ("programme", "title", "place", "street", "mode", "promotion", "series")
FLAGS = ("confidential", "has_line", "smaller_may_pass", "pending_holds")
NUMBERS = (
    "offer_minutes", "line_closes_minutes", "decide_hours", "consent_hours", "min_age", "max_age",
    "per_activity", "per_series", "per_month", "walk_in_after", "min_crew",
)
SESSION_FIELD = re.compile(r"sessions\.(\d{1,3})\.(date|from|to|overnight|capacity)")
POOL_FIELD = re.compile(r"pools\.([a-z0-9-]{1,40})")
FILLED = ("date", "from", "to", "capacity")
_TERMS = Terms()
DEFAULTS: Mapping[str, str] = {
    "mode": _TERMS.mode, "promotion": _TERMS.promotion, "has_line": "on",
    **{name: str(getattr(_TERMS, name)) for name in NUMBERS if getattr(_TERMS, name) is not None},
}


def rows_of(typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The dates as typed, in order, without the rows that were left empty."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        found = SESSION_FIELD.fullmatch(name)
        if found and value:
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [rows[number] for number in sorted(rows) if rows[number].keys() & set(FILLED)]


def whole(text: str) -> int | str:
    """A whole number where it is one, else what was typed, for the schema to refuse."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else text


def moment(text: str) -> str:
    """What a browser sends of a local time, with the district's offset."""
    return f"{text}{OFFSET}"


def session_of(row: Mapping[str, str]) -> dict[str, Any]:
    """The body of one date; what is missing is left out for the schema to ask for."""
    body: dict[str, Any] = {}
    if "date" in row and "from" in row:
        body["starts_at"] = moment(f"{row['date']}T{row['from']}")
    if "date" in row and "to" in row:
        body["ends_at"] = moment(f"{_last_day(row)}T{row['to']}")
    if "capacity" in row:
        body["capacity"] = whole(row["capacity"])
    return body


def _last_day(row: Mapping[str, str]) -> str:
    if "overnight" not in row:
        return row["date"]
    try:
        return (date.fromisoformat(row["date"]) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return row["date"]


def pools_of(text: str) -> list[dict[str, Any]]:
    """Lines of `代号 名称 名额`."""
    made = []
    for line in filter(None, map(str.strip, text.splitlines())):
        key, _, rest = line.partition(" ")
        title, _, capacity = rest.strip().rpartition(" ")
        made.append({"key": key, "title": title.strip() or capacity, "capacity": whole(capacity)})
    return made


def seats_of(text: str) -> list[dict[str, Any]]:
    """Lines of `代号 名称`, each with `pool=…` and `needs=…` where it has some."""
    made = []
    for line in filter(None, map(str.strip, text.splitlines())):
        key, *parts = line.split()
        named = dict(part.split("=", 1) for part in parts if part.startswith(("pool=", "needs=")))
        title = " ".join(part for part in parts if "=" not in part)
        made.append({"key": key, "title": title, **named})
    return made


class ActivityForm(ActivityBody):
    """A new activity as the form sends it; `key` is new for each form that was shown."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _gather(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        body: dict[str, Any] = {name: typed[name] for name in WORDS if name in typed}
        body |= {name: name in typed for name in FLAGS}
        body |= {name: whole(typed[name]) for name in NUMBERS if name in typed}
        body |= {name: moment(typed[name]) for name in ("opens_at", "closes_at") if name in typed}
        if "pools" in typed:
            body["pools"] = pools_of(typed["pools"])
        if "seats" in typed:
            body["seats"] = seats_of(typed["seats"])
        return {**body, "sessions": [session_of(row) for row in rows_of(typed)]}


class RepeatForm(Schema):
    """Weekly dates to be added to the form."""

    class Meta:
        unknown = EXCLUDE

    first = Day(required=True, data_key="repeat.date")
    weekday = fields.Integer(
        load_default=None, data_key="repeat.weekday", validate=validate.Range(0, 6)
    )
    count = fields.Integer(
        required=True, data_key="repeat.count",
        validate=validate.Range(1, 53, error="1 到 53 的整数"),
    )

    @classmethod
    def rows(cls, typed: Mapping[str, Any]) -> list[dict[str, str]]:
        """The rows: as many weeks from the first such weekday on. Raises ValidationError."""
        order = cls().load({name: value for name, value in typed.items() if value})
        first, weekday = order["first"], order["weekday"]
        if weekday is not None:
            first += timedelta(days=(weekday - first.weekday()) % 7)
        same = {name: typed[f"repeat.{name}"] for name in ("from", "to", "overnight", "capacity")
                if typed.get(f"repeat.{name}")}
        days = [first + timedelta(weeks=week) for week in range(order["count"])]
        return [{"date": day.isoformat(), **same} for day in days]


class SessionChangeForm(SessionChangeBody):
    """Another time, place or number of places, as the form sends it."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _gather(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        body: dict[str, Any] = {name: typed[name] for name in ("place", "street") if name in typed}
        body |= session_of(typed)
        pools = {found[1]: whole(value) for name, value in typed.items()
                 if (found := POOL_FIELD.fullmatch(name))}
        return {**body, **({"pools": pools} if pools else {})}


class CloseForm(CloseBody):
    """The figures at the end of a session, as the form sends them; an empty part is no report."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _gather(self, typed: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        served = {name: typed[f"served.{name}"] for name in ("count", "method", "reported_by")
                  if f"served.{name}" in typed}
        if "count" in served:
            served["count"] = whole(served["count"])
        body: dict[str, Any] = {"served": served} if served else {}
        if "audience.online" in typed:
            body["audience"] = {"online": whole(typed["audience.online"])}
        return body


class NoteForm(Schema):
    """A button with what belongs to it; what it is about is named in the form's other fields."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(load_default="", validate=validate.Length(max=64))


def once_of(page: str, typed: Mapping[str, Any]) -> Once | None:
    """The same form sent again is the same order; changed, it is another one."""
    key = typed.get("key")
    if not key:
        return None
    content = sorted((name, value) for name, value in typed.items() if name != "step")
    return once_of_form(page, key[:64], content=content)
