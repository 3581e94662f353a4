"""Callers on a database of their own, and a receiver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.callers import Callers
from tests.rig.receiver import Receiver


@pytest.fixture
def callers(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Callers]:
    made = Callers(mongodb_uri, f"{database_name}_", tmp_path)
    yield made
    made.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened
