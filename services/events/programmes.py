"""The programmes (项目) of the department, one TOML file each; the file name is the key."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from services.events.domain.programme import KINDS, OWNERS, WINGS, Programme
from services.events.programme_parts import (
    KEY,
    Count,
    Day,
    Flag,
    PostPart,
    StationPart,
    WindowPart,
    flat,
    keyed,
    many,
    one_of,
    text,
    words,
)

__all__ = ["FIELDS", "KINDS", "OWNERS", "WINGS", "Fault", "Programme", "ProgrammeFault", "load"]

FIELDS = tuple(field.name for field in dataclasses.fields(Programme) if field.name != "key")
# Which kind a field is for; a field that is not here may stand in every file.
OF_KIND: Mapping[str, str] = {
    "windows": "benefit", "entitled": "benefit", "per_day": "benefit",
    "per_window_per_day": "benefit", "categories": "worklist", "platform": "course",
    "stations": "appointment", "closed_on": "appointment", "posts": "shift", "min_crew": "shift",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in one file; `field` is empty when the file as a whole is."""

    file: str
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.field, self.reason) if part)


class ProgrammeFault(ValueError):
    """Every fault of every programme file, each naming file, field and what is allowed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class ProgrammeFile(Schema):
    """What a programme file may say."""

    class Meta:
        unknown = RAISE

    title = fields.String(required=True, **text(80))
    wing = fields.String(**one_of(WINGS))
    owner = fields.String(**one_of(OWNERS))
    kind = fields.String(**one_of(KINDS))
    confidential = Flag(load_default=False)
    counts_households = Flag(load_default=False)
    wants = fields.String(load_default="", **text(200))
    windows = keyed(WindowPart())
    entitled = words(20)
    per_day = Count(50, load_default=None)
    per_window_per_day = Count(50, load_default=None)
    categories = words(40)
    platform = fields.String(load_default="", **text(40))
    stations = keyed(StationPart())
    closed_on = many(Day(), load_default=())
    posts = keyed(PostPart())
    min_crew = Count(1000, load_default=None)

    error_messages = {"unknown": f"is unknown; allowed fields: {', '.join(FIELDS)}"}  # noqa: RUF012

    @validates_schema(skip_on_field_errors=False)
    def fields_belong_to_their_kind(self, told: dict[str, Any], **_: Any) -> None:
        """A field that nobody would read is a mistake of who wrote it."""
        kind = told.get("kind")
        if told.get("counts_households") and kind not in (None, "gathering"):
            raise ValidationError("may be true only for kind gathering", "counts_households")
        wrong = {
            name: [f"may be given only for kind {needed}"]
            for name, needed in OF_KIND.items() if told.get(name) and kind not in (None, needed)
        }
        if wrong:
            raise ValidationError(wrong)


def load(directory: Path) -> dict[str, Programme]:
    """Every programme of the directory by key, in the order of keys. ProgrammeFault with all
    faults of all files together. Reads only; safe to repeat."""
    programmes: dict[str, Programme] = {}
    faults: list[Fault] = []
    paths = sorted(directory.glob("*.toml"))
    if not paths:
        faults.append(Fault(str(directory), "", "holds no programme file (<key>.toml)"))
    for path in paths:
        try:
            programmes[path.stem] = _programme(path)
        except ProgrammeFault as fault:
            faults.extend(fault.faults)
    if faults:
        raise ProgrammeFault(faults)
    return programmes


def _programme(path: Path) -> Programme:
    if not KEY.fullmatch(path.stem):
        reason = "the file name is the key: small letters, digits and single hyphens"
        raise ProgrammeFault([Fault(path.name, "", reason)])
    try:
        told = ProgrammeFile().load(tomllib.loads(path.read_text("utf-8")))
        frozen = {name: _tuple(value) for name, value in told.items()}
        return Programme(key=path.stem, **frozen)
    except UnicodeDecodeError:
        raise ProgrammeFault([Fault(path.name, "", "is not UTF-8")]) from None
    except tomllib.TOMLDecodeError as wrong:
        raise ProgrammeFault([Fault(path.name, "", f"is not TOML: {wrong}")]) from None
    except ValidationError as wrong:
        raise ProgrammeFault(list(_faults(path.name, wrong))) from None


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _faults(file: str, wrong: ValidationError) -> Iterator[Fault]:
    for field, reason in flat(wrong.normalized_messages()):
        yield Fault(file, field, reason)
