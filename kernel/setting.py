"""One setting: its variable, what is allowed, what it means."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernel.parse import TEXT

MISSING: Any = dataclasses.MISSING


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One declared setting, as printed in the documentation and checked against deployments."""

    field: str
    variable: str
    default: Any
    required: bool
    secret: bool
    meaning: str
    allowed: str


class SettingsFault(Exception):
    """The environment is not usable; `faults` has one sentence for each variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("settings: " + "; ".join(faults))
        self.faults = faults


def setting(
    variable: str,
    *,
    meaning: str,
    default: Any = MISSING,
    secret: bool = False,
    parse: Callable[[str], Any] = TEXT,
) -> Any:
    """A field of a settings class; without `default` the variable must be given."""
    allowed = getattr(parse, "allowed", getattr(parse, "__name__", ""))
    told = {"variable": variable, "secret": secret, "meaning": meaning}
    return dataclasses.field(default=default, metadata={**told, "parse": parse, "allowed": allowed})
