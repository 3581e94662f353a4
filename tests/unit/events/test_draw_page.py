"""The draw in the open: the page, and the check that anybody can run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.events.domain.draw import code_of
from services.events.schemas.activities import DrawAnswer
from services.events.usecases import drawing
from tests.unit.events.browsing import Pages, text_of
from tests.unit.events.builders import NOON, Town

ROOT = Path(__file__).resolve().parents[3]
CHECK = ROOT / "services" / "events" / "web" / "draw-check.txt"


def a_draw(town: Town) -> tuple[str, list[str]]:
    """A draw of three places with five entries, and the entries' codes."""
    session_id = town.session(mode="draw", capacity=3, closes_at=NOON + timedelta(hours=1))
    made = [town.sign_up(session_id, number)["registration_id"] for number in range(5)]
    return session_id, [code_of(each) for each in made]


def checked(draw: Any) -> subprocess.CompletedProcess[str]:
    text = json.dumps(DrawAnswer().dump(draw))
    return subprocess.run([sys.executable, "-c", CHECK.read_text("utf-8")], input=text,
                          capture_output=True, text=True)


def test_before_the_draw_the_page_shows_the_hash_and_nothing_else(town: Town) -> None:
    session_id, codes = a_draw(town)
    text = text_of(Pages(town).draw_page(Pages(town).call(), session_id))
    assert drawing.look(town.app, session_id)["seed_sha256"] in text
    assert not any(code in text for code in codes)


def test_after_it_seed_list_and_order_are_there(town: Town) -> None:
    session_id, codes = a_draw(town)
    town.clock.advance(timedelta(hours=1))
    drawing.hold(town.app, session_id)
    text = text_of(Pages(town).draw_page(Pages(town).call(), session_id))
    draw = drawing.look(town.app, session_id)
    assert draw["seed"] in text and draw["list_sha256"] in text
    shown = re.findall(r'id="d([0-9a-f]{16})"', text)
    assert shown == [each["code"] for each in draw["order"]] and set(shown) == set(codes)


def test_the_check_that_anybody_can_run_gives_the_same_order(town: Town) -> None:
    session_id, _ = a_draw(town)
    town.clock.advance(timedelta(hours=1))
    drawing.hold(town.app, session_id)
    draw = drawing.look(town.app, session_id)
    done = checked(draw)
    assert done.stdout.split() == [each["code"] for each in draw["order"]], done.stderr


@pytest.mark.parametrize(("change", "complaint"), [
    ({"seed": "00" * 32}, "another seed"), ({"list_sha256": "0"}, "another list"),
])
def test_the_check_finds_what_was_changed(town: Town, change: dict[str, str],
                                          complaint: str) -> None:
    session_id, _ = a_draw(town)
    town.clock.advance(timedelta(hours=1))
    drawing.hold(town.app, session_id)
    assert complaint in checked({**drawing.look(town.app, session_id), **change}).stderr


def test_page_and_documentation_show_the_same_short_check() -> None:
    check = CHECK.read_text("utf-8")
    assert f"```python\n{check}```" in (ROOT / "docs" / "draw.md").read_text("utf-8")
    assert len(check.splitlines()) <= 15
