"""The programmes (项目) of the department, one TOML file each; the file name is the key."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    validate,
    validates_schema,
)

WINGS = ("强心", "聚心", "安心", "连心")
OWNERS = ("团", "工", "妇", "综合")
KINDS = ("shift", "gathering", "visit", "appointment", "benefit", "course", "worklist")
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One programme. `wants` says in the department's words what matters about it."""

    key: str
    title: str
    wing: str
    owner: str
    kind: str
    confidential: bool = False
    counts_households: bool = False
    wants: str = ""


FIELDS = tuple(field.name for field in dataclasses.fields(Programme) if field.name != "key")


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


class _Flag(fields.Boolean):
    """true or false as TOML has them; no text or number stands for them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


def _text(longest: int) -> dict[str, Any]:
    return {
        "error_messages": {"required": "is missing", "invalid": "must be text"},
        "validate": [
            validate.Regexp(r"(?s).*\S", error="must not be blank"),
            validate.Length(max=longest, error="must have at most {max} characters"),
        ],
    }


def _one_of(words: tuple[str, ...]) -> dict[str, Any]:
    allowed = "must be one of: " + ", ".join(words)
    return {
        "required": True,
        "error_messages": {"required": f"is missing; {allowed}", "invalid": allowed},
        "validate": validate.OneOf(words, error=allowed),
    }


class ProgrammeFile(Schema):
    """What a programme file may say."""

    class Meta:
        unknown = RAISE

    title = fields.String(required=True, **_text(80))
    wing = fields.String(**_one_of(WINGS))
    owner = fields.String(**_one_of(OWNERS))
    kind = fields.String(**_one_of(KINDS))
    confidential = _Flag(load_default=False)
    counts_households = _Flag(load_default=False)
    wants = fields.String(load_default="", **_text(200))

    error_messages = {"unknown": f"is unknown; allowed fields: {', '.join(FIELDS)}"}  # noqa: RUF012

    @validates_schema(skip_on_field_errors=False)
    def households_are_counted_at_gatherings(self, told: dict[str, Any], **_: Any) -> None:
        """Only a gathering knows which households came."""
        if told.get("counts_households") and told.get("kind", "gathering") != "gathering":
            raise ValidationError("may be true only for kind gathering", "counts_households")


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
        told = tomllib.loads(path.read_text("utf-8"))
        return Programme(key=path.stem, **ProgrammeFile().load(told))
    except UnicodeDecodeError:
        raise ProgrammeFault([Fault(path.name, "", "is not UTF-8")]) from None
    except tomllib.TOMLDecodeError as wrong:
        raise ProgrammeFault([Fault(path.name, "", f"is not TOML: {wrong}")]) from None
    except ValidationError as wrong:
        raise ProgrammeFault(list(_faults(path.name, wrong))) from None


def _faults(file: str, wrong: ValidationError) -> Iterator[Fault]:
    for field, reasons in wrong.normalized_messages().items():
        yield from (Fault(file, field, reason) for reason in reasons)
