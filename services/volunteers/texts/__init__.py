"""What people are told before they agree: one file, one version, a text per purpose (C-27)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("consents.toml")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The present version and its texts; `sharing` names the receiver as {receiver}."""

    version: str
    guardian: str
    purposes: Mapping[str, str]
    sharing: str


@cache
def texts(file: Path = FILE) -> Texts:
    """Read once per process; a changed file needs a restart and a version of its own."""
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return Texts(version=found["version"], guardian=found["guardian"], sharing=found["sharing"],
                 purposes=found["purposes"])
