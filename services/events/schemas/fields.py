"""Limits that several bodies share."""

from __future__ import annotations

from typing import Any

from marshmallow import validate

REQUIRED: dict[str, str | list[Any] | dict[Any, Any]] = {"required": "必填", "null": "必填"}
SHORT = validate.Length(min=1, max=80, error="1 到 80 个字")
STREET = validate.Length(min=1, max=20, error="1 到 20 个字")
REFERENCE = validate.Length(min=1, max=64, error="1 到 64 个字符")
