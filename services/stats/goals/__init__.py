"""Goals by programme and year, one TOML file each year: read once at start, every fault named."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.stats.domain.figures import NAMES
from services.stats.domain.goal import Goal

OWN = Path(__file__).parent
MOST = 1_000_000_000


class GoalsFault(ValueError):
    """Every fault of every file of a folder, each naming file, field and what is allowed."""


class GoalPart(Schema):
    """One goal of a file."""

    class Meta:
        unknown = RAISE

    programme = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{0,63}$"))
    figure = fields.String(required=True, validate=validate.OneOf(NAMES))
    target = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))
    alerts = fields.List(fields.Integer(strict=True, validate=validate.Range(1, 1000)),
                         load_default=[100])


class GoalsFile(Schema):
    """What a file may say."""

    class Meta:
        unknown = RAISE

    year = fields.Integer(required=True, strict=True, validate=validate.Range(2000, 2199))
    goal = fields.List(fields.Nested(GoalPart()), required=True)


def load(folder: Path = OWN) -> tuple[Goal, ...]:
    """The goals of a folder, the earliest year first. Raises GoalsFault."""
    found: list[Goal] = []
    faults: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        try:
            found += _goals(file)
        except (ValueError, ValidationError) as fault:  # not TOML, or not a file of goals
            faults += [f"{file.name}: {said}" for said in _said(fault)]
    twice = [key for key, count in Counter(goal.key for goal in found).items() if count > 1]
    faults += [f"{key}: two goals for one figure of a programme and year" for key in twice]
    if faults:
        raise GoalsFault("\n".join(faults))
    return tuple(sorted(found, key=lambda goal: goal.year))


def _goals(file: Path) -> list[Goal]:
    said: dict[str, Any] = GoalsFile().load(tomllib.loads(file.read_text(encoding="utf-8")))
    return [
        Goal(year=said["year"], programme=one["programme"], figure=one["figure"],
             target=one["target"], alerts=tuple(sorted(set(one["alerts"]))))
        for one in said["goal"]
    ]


def _said(fault: Exception) -> Iterator[str]:
    if not isinstance(fault, ValidationError):
        yield str(fault)
        return
    for name, wrong in fault.normalized_messages().items():
        yield f"{name}: {wrong}"
