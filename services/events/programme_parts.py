"""What the parts of a programme file may say: windows, stations, posts, and the fields of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from services.events.domain.programme import (
    LEVELS,
    STREETS,
    WEEKDAYS,
    Opening,
    Post,
    Station,
    Window,
)

KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
Told = dict[str, Any]


class Flag(fields.Boolean):
    """true or false as TOML has them; no text or number stands for them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class Count(fields.Integer):
    """A whole number from 1 to `most`."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        self.most = most
        said = f"must be a whole number from 1 to {most}"
        super().__init__(error_messages={"required": f"is missing; {said}"}, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= self.most:
            raise ValidationError(f"must be a whole number from 1 to {self.most}")
        return value


class Day(fields.Field):
    """A calendar day, as TOML writes it or in quotation marks; kept as YYYY-MM-DD."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        try:
            if isinstance(value, datetime):
                raise ValueError
            return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()
        except (TypeError, ValueError):
            raise ValidationError("must be a day such as 2026-10-05") from None


def text(longest: int) -> dict[str, Any]:
    """How a text of at most so many characters is checked."""
    return {
        "error_messages": {"required": "is missing", "invalid": "must be text"},
        "validate": [
            validate.Regexp(r"(?s).*\S", error="must not be blank"),
            validate.Length(max=longest, error="must have at most {max} characters"),
        ],
    }


def one_of(words: Sequence[str], *, required: bool = True) -> dict[str, Any]:
    """How one of these words is checked."""
    allowed = "must be one of: " + ", ".join(words)
    return {
        "required": required,
        "error_messages": {"required": f"is missing; {allowed}", "invalid": allowed},
        "validate": validate.OneOf(words, error=allowed),
    }


def pattern(expression: re.Pattern[str], told: str) -> dict[str, Any]:
    """How a text of a certain form is checked; `told` says which form."""

    def check(value: str) -> None:
        if not expression.fullmatch(value):
            raise ValidationError(told)

    return {
        "required": True, "validate": check,
        "error_messages": {"required": f"is missing; {told}", "invalid": told},
    }


def many(inner: fields.Field[Any], **kwargs: Any) -> fields.List[Any]:
    """A list of at least one."""
    return fields.List(
        inner, validate=validate.Length(min=1, error="must not be empty"),
        error_messages={"required": "is missing", "invalid": "must be a list"}, **kwargs,
    )


class Part(Schema):
    """A table of a programme file: a field that nobody knows is refused with those allowed."""

    class Meta:
        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        allowed = ", ".join(each.data_key or name for name, each in self.fields.items())
        self.error_messages["unknown"] = f"is unknown; allowed fields: {allowed}"
        self.error_messages["type"] = f"must be a table with the fields: {allowed}"


_KEYED = pattern(KEY, "must be small letters, digits and single hyphens")
_TIME = pattern(CLOCK, 'must be a time such as "09:00"')


class WindowPart(Part):
    """[[windows]] of a benefit."""

    key = fields.String(**_KEYED)
    title = fields.String(required=True, **text(40))
    street = fields.String(**one_of(STREETS))
    address = fields.String(load_default="", **text(80))
    opens = fields.String(load_default="", **text(80))

    @post_load
    def _window(self, told: Told, **_: Any) -> Window:
        return Window(**told)


class OpeningPart(Part):
    """One opening of a station's week."""

    day = fields.String(**one_of(WEEKDAYS))
    since = fields.String(data_key="from", **_TIME)
    until = fields.String(data_key="to", **_TIME)
    places = Count(100, load_default=1)

    @validates_schema
    def _in_order(self, told: Told, **_: Any) -> None:
        if told["until"] <= told["since"]:
            raise ValidationError("must be later than from, on the same day", "to")

    @post_load
    def _opening(self, told: Told, **_: Any) -> Opening:
        return Opening(**told)


class StationPart(Part):
    """[[stations]] of an appointment programme."""

    key = fields.String(**_KEYED)
    title = fields.String(required=True, **text(40))
    level = fields.String(load_default="", **one_of(LEVELS, required=False))
    street = fields.String(**one_of(STREETS))
    address = fields.String(required=True, **text(80))
    desks = Count(50, load_default=1)
    slot_minutes = Count(480, required=True)
    weekly = many(fields.Nested(OpeningPart()), required=True)

    @validates_schema
    def _week_holds(self, told: Told, **_: Any) -> None:
        """Every opening holds a slot, and no two of one day overlap."""
        week: list[Opening] = told["weekly"]
        for opening in week:
            since, until = opening.minutes
            if until - since < told["slot_minutes"]:
                raise ValidationError(f"{opening.day} is shorter than slot_minutes", "weekly")
        for one, other in pairwise(sorted(week, key=lambda each: (each.day, each.since))):
            if one.day == other.day and other.since < one.until:
                raise ValidationError(f"{one.day} has openings that overlap", "weekly")

    @post_load
    def _station(self, told: Told, **_: Any) -> Station:
        return Station(**{**told, "weekly": tuple(told["weekly"])})


class PostPart(Part):
    """[[posts]] of a shift."""

    key = fields.String(**_KEYED)
    title = fields.String(required=True, **text(40))
    needs = fields.String(load_default="", **{**_KEYED, "required": False})
    needs_title = fields.String(load_default="", **text(40))

    @post_load
    def _post(self, told: Told, **_: Any) -> Post:
        return Post(**told)


def keyed(part: Part) -> fields.List[Any]:
    """A list of parts, each with a key of its own."""
    listed = many(fields.Nested(part), load_default=())
    listed.validators = [*listed.validators, _keys_differ]
    return listed


def words(longest: int) -> fields.List[Any]:
    """A list of texts, none of them twice."""
    listed = many(fields.String(**text(longest)), load_default=())
    listed.validators = [*listed.validators, _words_differ]
    return listed


def _keys_differ(parts: Sequence[Any]) -> None:
    _words_differ([part.key for part in parts])


def _words_differ(told: Sequence[str]) -> None:
    twice = [word for word, times in Counter(told).items() if times > 1]
    if twice:
        raise ValidationError(f"names {', '.join(twice)} twice")


def flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Marshmallow's nested messages as (field, reason); the third window is `windows.2`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            yield from flat(inner, ".".join(part for part in (path, step) if part))
    else:
        yield from ((path, str(reason)) for reason in messages)
