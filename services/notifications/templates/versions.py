"""Templates by version: `<name>@<n>.txt`, pinned by its digest when released (N-20).

A released text never changes and never goes away, because messages name it: `released.toml` holds
the digest of each, and what differs from it is refused at the start. A file that is not pinned is a
draft: it can be looked at, and is not sent.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
PINS = "released.toml"
_HEAD = "# Digests of the released templates; made by `xiangxin templates release`.\n"


class TemplateFault(Exception):
    """Templates that may not be used as they are; `faults` names each with what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a template; `reference` is what a message keeps, e.g. `confirmed@1`."""

    name: str
    number: int
    released: bool

    @property
    def reference(self) -> str:
        return f"{self.name}@{self.number}"


def versions(folder: Path = FOLDER) -> tuple[Version, ...]:
    """Every version there is, by name, the oldest first. Raises TemplateFault when a released one
    was changed or is gone."""
    pins, found = pinned(folder), {path.stem: path for path in folder.glob("*.txt")}
    faults = [f"{gone}.txt was released and is gone: messages refer to it, put it back"
              for gone in sorted(set(pins) - set(found))]
    faults += [f"{name}.txt was changed after its release: put it back, write the next version"
               for name, path in sorted(found.items())
               if name in pins and pins[name] != digest(path)]
    faults += [f"{name}.txt is not named <template>@<version>.txt, the first version being 1"
               for name in sorted(found) if not _number(name)]
    if faults:
        raise TemplateFault(faults)
    all_of_them = (
        Version(name=reference.partition("@")[0], number=_number(reference),
                released=reference in pins)
        for reference in found
    )
    return tuple(sorted(all_of_them, key=lambda one: (one.name, one.number)))


@cache
def current(folder: Path = FOLDER) -> Mapping[str, str]:
    """By name, the reference of the latest released version: the one that is sent."""
    return {one.name: one.reference for one in versions(folder) if one.released}


def drafts(folder: Path = FOLDER) -> list[str]:
    """References of the versions that are not released yet."""
    return [one.reference for one in versions(folder) if not one.released]


def release(folder: Path = FOLDER) -> list[str]:
    """Pins every draft; returns their references. Raises TemplateFault. Safe to repeat."""
    fresh = drafts(folder)
    pins = {**pinned(folder), **{each: digest(folder / f"{each}.txt") for each in fresh}}
    lines = [f'"{reference}" = "{pins[reference]}"\n' for reference in sorted(pins)]
    if fresh:
        (folder / PINS).write_text(_HEAD + "".join(lines), encoding="utf-8")
    return fresh


def pinned(folder: Path = FOLDER) -> dict[str, str]:
    """Digests by reference, as pinned."""
    file = folder / PINS
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def digest(path: Path) -> str:
    """SHA-256 of the text, whatever ends its lines."""
    return hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()


def _number(reference: str) -> int:
    """0 for what is no version."""
    number = reference.partition("@")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
