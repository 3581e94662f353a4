"""Compares what the platform says with what the department published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ops.season.doors import Doors
from ops.season.published import Published


@dataclass(frozen=True, kw_only=True)
class Line:
    """One published figure or sentence beside the platform's."""

    programme: str
    name: str
    published: object
    platform: object

    @property
    def equal(self) -> bool:
        return self.published == self.platform


def compare(published: Published, doors: Doors) -> list[Line]:
    """Every published figure and sentence, in the order of the data file."""
    return [*_figures(published, doors), *_sentences(published, doors)]


def wait_until_equal(published: Published, doors: Doors, *, patience: float = 120.0,
                     pause: Callable[[float], None] = time.sleep) -> list[Line]:
    """Compares until all is equal, or until nothing has changed for `patience` seconds."""
    lines = compare(published, doors)
    changed_at = time.monotonic()
    while not all(line.equal for line in lines):
        if time.monotonic() - changed_at > patience:
            break
        pause(1.0)
        again = compare(published, doors)
        if again != lines:
            changed_at = time.monotonic()
        lines = again
    return lines


def august_is_less(published: Published, doors: Doors) -> bool:
    """An as-of one month earlier must give less: figures are by the day of the session."""
    until_august = _platform_figures(doors, as_of="2021-08-31", programme="road-angels")
    until_september = _platform_figures(
        doors, as_of=published.as_of.isoformat(), programme="road-angels"
    )
    return bool(0 < until_august["attendances"] < until_september["attendances"])


def table(lines: list[Line]) -> str:
    """`published | platform`, one line a figure, the verdict first."""
    rows = [f"{'':2} {'programme':<18} {'figure':<18} {'published':>12} | platform"]
    for line in lines:
        mark = "=" if line.equal else "≠"
        if line.name == "sentence":
            rows.append(f"{mark:2} {line.programme:<18} sentence")
            rows.append(f"     published | {line.published}")
            rows.append(f"     platform  | {line.platform}")
        else:
            rows.append(f"{mark:2} {line.programme:<18} {line.name:<18} "
                        f"{line.published!s:>12} | {line.platform}")
    return "\n".join(rows)


def _figures(published: Published, doors: Doors) -> Iterator[Line]:
    for programme, figures in published.figures.items():
        said = _platform_figures(doors, as_of=published.as_of.isoformat(), programme=programme)
        for name, figure in figures.items():
            yield Line(programme=programme, name=name, published=figure, platform=said.get(name))


def _sentences(published: Published, doors: Doors) -> Iterator[Line]:
    answer = doors.get(
        f"{doors.addresses.stats}/api/briefs", as_of=published.as_of.isoformat()
    )
    said = {sentence["programme"]: sentence["text"] for sentence in answer["sentences"]}
    for programme, text in published.sentences.items():
        yield Line(programme=programme, name="sentence", published=text,
                   platform=said.get(programme))


def _platform_figures(doors: Doors, *, as_of: str, programme: str) -> dict[str, Any]:
    query = {"as_of": as_of, "from": "2021-01-01", "programme": programme}
    figures: dict[str, Any] = doors.get(f"{doors.addresses.stats}/api/figures", **query)["figures"]
    return figures
