"""Rules of messages (N-1 … N-30) and figures (C-42 … C-50): each has tests that name it.

Where, the tables of docs/messages.md and docs/figures.md say.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
MESSAGES, FIGURES = list(range(1, 31)), [42, 43, 44, 45, 46, 47, 48, 50]
RULES = [("messages", "N", rule) for rule in MESSAGES] + [
    ("figures", "C", rule) for rule in FIGURES]


def rows(page: str, letter: str) -> dict[int, str]:
    """What the page's table says of each rule."""
    table = (TESTS.parent / "docs" / f"{page}.md").read_text("utf-8")
    found = re.findall(rf"^\| {letter}-(\d+) (.+) \|$", table, re.MULTILINE)
    return {int(rule): told for rule, told in found}


def naming(path: Path, rule: str) -> list[str]:
    """Tests of the file that name the rule, alone or beside others."""
    found: list[str] = re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    return [name for name in found if f"_{rule}_" in name]


@pytest.mark.parametrize(("page", "letter", "rules"), [
    ("messages", "N", MESSAGES), ("figures", "C", FIGURES)])
def test_the_table_has_every_rule_once_and_in_order(
        page: str, letter: str, rules: list[int]) -> None:
    assert list(rows(page, letter)) == rules


@pytest.mark.parametrize(("page", "letter", "rule"), RULES)
def test_every_rule_has_tests_that_name_it_where_the_table_says(
        page: str, letter: str, rule: int) -> None:
    told = set(re.findall(r"`([\w/]+/test_\w+\.py)`", rows(page, letter)[rule]))
    named = f"{letter.lower()}_{rule}"
    missing = [path for path in sorted(told) if not naming(TESTS / path, named)]
    assert told and not missing
