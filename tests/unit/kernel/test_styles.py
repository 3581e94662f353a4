"""What the style sheets promise to the tests of pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.browser import DESK

ROOT = Path(__file__).parents[3]
SHEETS = [*ROOT.glob("kernel/pages/static/*.css"), *ROOT.glob("services/events/web/static/*.css")]
WIDER = re.compile(r"@media[^{]*min-width: (\d+)px[^{]*\{(.*?)^\}", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_beyond_the_width_of_a_desk_only_the_wall_changes(sheet: Path) -> None:
    """So that axe need not look at a page of staff on a wall as well (tests.e2e.axe)."""
    found = WIDER.findall(sheet.read_text("utf-8"))
    rules = [rule.strip() for width, body in found if int(width) > DESK["width"]
             for rule in body.strip().splitlines()]
    assert [rule for rule in rules if not rule.startswith('[data-theme^="wall"]')] == []


def test_the_sheets_are_there_and_one_has_such_a_width() -> None:
    found = [block for sheet in SHEETS for block in WIDER.findall(sheet.read_text("utf-8"))]
    assert len(SHEETS) >= 3 and max(int(width) for width, _ in found) > DESK["width"]
