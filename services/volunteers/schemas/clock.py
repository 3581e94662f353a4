"""Times of day as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from marshmallow import ValidationError, fields

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)(?:[:：]00)?")


class ClockTime(fields.String):
    """A time of day in Asia/Shanghai, as people type it: 07:30, 7：30; 07:30:00 in sheets."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> time:  # type: ignore[override]
        found = _CLOCK.fullmatch(super()._deserialize(value, *args, **kwargs).strip())
        if not found:
            raise ValidationError("请填写时间，例如 07:30")
        return time(int(found[1]), int(found[2]))
