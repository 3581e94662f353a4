"""Fields that mean at the door what OpenAPI says: texts that fit as a whole, days and moments."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.clock import to_milliseconds

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
