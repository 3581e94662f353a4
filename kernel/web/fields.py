"""Fields that mean at the door what OpenAPI says: texts that fit as a whole, days of our time,
names and telephone numbers as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.clock import local_day, system_clock, to_milliseconds
from kernel.contact import normalise_name, normalise_phone

FIRST_YEAR, LAST_YEAR = 2000, 2199
OUTSIDE = f"{FIRST_YEAR} 到 {LAST_YEAR} 年之间的日期"


class Pattern(validate.Regexp):
    """The whole text fits; marshmallow's own `Regexp` is content with a beginning that does.

    OpenAPI shows the pattern anchored at both ends, which is what a JSON Schema means by it.
    """

    def __init__(self, pattern: str, *, error: str | None = None) -> None:
        super().__init__(f"^(?:{pattern})$", error=error)
        self._whole = re.compile(pattern)

    def __call__(self, value: Any) -> Any:
        """`value` as it is. Raises ValidationError; a line break at the end does not fit either."""
        if self._whole.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


class Day(fields.Date):
    """A day of our time, so that a day before it or after it is one as well.

    The calendar's own edges would pass here and fail wherever somebody reckons with them.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        day = super()._deserialize(value, *args, **kwargs)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(OUTSIDE)
        return day


class Moment(fields.AwareDateTime):
    """A time of our time with an offset; one without, or of years far away, is refused."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, *args, **kwargs)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(OUTSIDE)
        return to_milliseconds(moment)


class Phone(fields.String):
    """A mainland mobile number, normalised to eleven digits (C-34)."""

    def described(self, _: Any) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"examples": ["139 0000 0000"]}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        phone = normalise_phone(super()._deserialize(value, *args, **kwargs))
        if phone is None:
            raise ValidationError("请填写 11 位手机号，例如 139 0000 0000")
        return phone


class PersonName(fields.String):
    """A name, white space tidied."""

    def described(self, _: Any) -> dict[str, Any]:
        """As OpenAPI shows it."""
        return {"minLength": 1, "examples": ["测试"]}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        name = normalise_name(super()._deserialize(value, *args, **kwargs))
        if not 1 <= len(name) <= 40 or not name.isprintable():
            raise ValidationError("请填写姓名，最多 40 个字")
        return name


class BirthDate(fields.Date):
    """A birth date: a real day, not in the future, within a human life."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        born = super()._deserialize(value, *args, **kwargs)
        today = local_day(system_clock())
        if not date(today.year - 130, 1, 1) <= born <= today:
            raise ValidationError("请检查出生日期")
        return born


# A pseudonym says nothing about who it is: neither a name nor a number that names a person (C-30).
PSEUDONYM = Pattern(
    r"(?!1[3-9]\d{9}$)(?!\d{17}[\dXx]$)[A-Za-z0-9._-]{1,64}",
    error="只填代号（字母、数字、- _ .），不填姓名、手机号或证件号",
)
