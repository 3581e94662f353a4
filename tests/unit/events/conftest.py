"""A town in memory, and who looks at it: residents, and staff at their console."""

from __future__ import annotations

import pytest

from tests.unit.events.browsing import Pages
from tests.unit.events.builders import Town
from tests.unit.events.console import Console


@pytest.fixture
def town() -> Town:
    return Town.in_memory()


@pytest.fixture
def pages(town: Town) -> Pages:
    return Pages(town)


@pytest.fixture
def console(town: Town) -> Console:
    return Console(town)
