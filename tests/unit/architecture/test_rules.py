"""Rules N-1 … N-30 of messages: each has tests that name it, where docs/messages.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
TABLE = (TESTS.parent / "docs" / "messages.md").read_text("utf-8")
ROWS = {int(rule): told for rule, told in re.findall(r"^\| N-(\d+) (.+) \|$", TABLE, re.MULTILINE)}


def naming(path: Path, rule: int) -> list[str]:
    """Tests of the file that name the rule, alone or beside others."""
    found: list[str] = re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    return [name for name in found if re.search(rf"_n_{rule}_", name)]


def test_the_table_has_every_rule_once_and_in_order() -> None:
    assert list(ROWS) == list(range(1, 31))


@pytest.mark.parametrize("rule", range(1, 31))
def test_every_rule_has_tests_that_name_it_where_the_table_says(rule: int) -> None:
    told = set(re.findall(r"`([\w/]+/test_\w+\.py)`", ROWS[rule]))
    missing = [path for path in sorted(told) if not naming(TESTS / path, rule)]
    assert told and not missing
