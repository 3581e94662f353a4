"""Fields that several bodies share: times with an offset, telephone numbers, names."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from kernel.clock import local_day, system_clock
from kernel.web.fields import Moment as Moment
from kernel.web.fields import Pattern
from services.events.domain.person import normalise_name, normalise_phone

REQUIRED: dict[str, str | list[Any] | dict[Any, Any]] = {"required": "必填", "null": "必填"}
SHORT = validate.Length(min=1, max=80, error="1 到 80 个字")
STREET = validate.Length(min=1, max=20, error="1 到 20 个字")
REFERENCE = validate.Length(min=1, max=64, error="1 到 64 个字符")
# A pseudonym says nothing about who it is: neither a name nor a number that names a person (C-30).
PSEUDONYM = Pattern(
    r"(?!1[3-9]\d{9}$)(?!\d{17}[\dXx]$)[A-Za-z0-9._-]{1,64}",
    error="只填代号（字母、数字、- _ .），不填姓名、手机号或证件号",
)


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
