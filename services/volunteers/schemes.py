"""The schemes of stars (星级), one TOML file each: read once at start, every fault named (C-24)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.volunteers.domain.stars.scheme import Scheme, Tier

OWN = Path(__file__).with_name("stars")


class SchemeFault(ValueError):
    """Every fault of every file of a folder, each naming file, field and what is allowed."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class TierPart(Schema):
    """One tier of a file."""

    class Meta:
        unknown = RAISE

    stars = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10))
    hours = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000))
    tenure_days = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 36_500))
    quality = fields.Integer(load_default=None, strict=True, validate=validate.Range(1, 100))


class SchemeFile(Schema):
    """What a file may say; TOML gives days as days."""

    class Meta:
        unknown = RAISE

    valid_from = fields.Raw(required=True)
    tiers = fields.List(fields.Nested(TierPart()), required=True, validate=validate.Length(min=1))

    @validates_schema
    def check(self, said: dict[str, Any], **_: Any) -> None:
        if not hasattr(said["valid_from"], "toordinal") or hasattr(said["valid_from"], "hour"):
            raise ValidationError("a day such as 2021-01-01, without quotes", "valid_from")
        for one, other in pairwise(said["tiers"]):
            if one["stars"] >= other["stars"] or one["hours"] >= other["hours"]:
                raise ValidationError("each tier has more stars and hours than the one before",
                                      "tiers")


def load(folder: Path = OWN) -> tuple[Scheme, ...]:
    """The schemes of a folder, earliest first. Raises SchemeFault."""
    found: list[Scheme] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(_scheme(path))
        except ValidationError as fault:
            faults += [f"{path.name}: {line}" for line in _lines(fault.normalized_messages())]
        except tomllib.TOMLDecodeError as fault:
            faults.append(f"{path.name}: {fault}")
    if not found and not faults:
        faults.append(f"{folder}: no scheme of stars is there")
    days = [scheme.valid_from for scheme in found]
    faults += [f"{day}: two files hold from this day" for day in sorted(set(days))
               if days.count(day) > 1]
    if faults:
        raise SchemeFault(faults)
    return tuple(sorted(found, key=lambda scheme: scheme.valid_from))


def _scheme(path: Path) -> Scheme:
    said = SchemeFile().load(tomllib.loads(path.read_text(encoding="utf-8")))
    tiers = tuple(Tier(**tier) for tier in said["tiers"])
    return Scheme(valid_from=said["valid_from"], tiers=tiers)


def _lines(errors: Any, path: str = "") -> Iterator[str]:
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _lines(inner, f"{path}.{name}" if path else str(name))
    else:
        yield f"{path}: {'; '.join(map(str, errors))}"
