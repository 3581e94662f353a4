"""`xiangxin subscriber try`: what a subscriber is told, as it comes, and nobody else's."""

from __future__ import annotations

import pytest

from tests.rig.abroad import Abroad
from tests.rig.outsider import Typed, added
from tests.rig.process import Process
from tests.waiting import eventually

VISIT = "events.visit_recorded.v1"


@pytest.fixture
def running(abroad: Abroad) -> Abroad:
    abroad.relay().start(ready=False)
    abroad.bridge().start(ready=False)
    return abroad


def tell(abroad: Abroad, *names: str) -> None:
    abroad.tell(names)
    eventually(lambda: abroad.store.feed.last() == abroad.attempted)


def tried(abroad: Abroad, *arguments: str) -> Process:
    return abroad.process("try", "ops", "subscriber", "try", *arguments, environment=abroad.told,
                          door=False).start()


def lines(process: Process) -> list[str]:
    return [line for line in process.output.splitlines() if "  visit/" in line]


def test_what_is_told_is_shown_as_it_comes_and_the_queue_keeps_it(
    running: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", VISIT)
    tell(running, "a", "b")
    everything = tried(running, name, "--after", "0")
    eventually(lambda: len(lines(everything)) == 2)
    later = tried(running, name, "--after", "1", "--facts", "events.#")
    eventually(lambda: len(lines(later)) == 1)

    tell(running, "c")

    eventually(lambda: len(lines(everything)) == 3 and len(lines(later)) == 2)
    position, _, _, key, subject, said = lines(everything)[2].split(maxsplit=5)
    assert (position, key, subject) == ("3", VISIT, "visit/c") and '"visit_id":"c"' in said
    outsider.listen()
    assert [fact["data"]["visit_id"] for fact in outsider.hear(3)] == ["a", "b", "c"]
    outsider.leave()


def test_only_what_is_granted_is_shown_and_a_change_is_seen_at_once(
    running: Abroad, typed: Typed, name: str
) -> None:
    added(typed, name, "--facts", "events.work_item_recorded.v1")
    running.tell_of_work(["w"])
    shown = tried(running, name, "--after", "0")
    eventually(lambda: "work_item" in shown.output)
    tell(running, "a")
    running.tell_of_work(["x"])
    eventually(lambda: shown.output.count("work_item") == 2)  # so it has passed the visit by
    typed("grant", name, "--add", VISIT)
    tell(running, "b")

    eventually(lambda: lines(shown))

    assert ["visit/b" in line for line in lines(shown)] == [True]


def test_what_cannot_be_tried_is_said(running: Abroad, typed: Typed, name: str) -> None:
    added(typed, name, "--facts", "volunteers.#")

    with pytest.raises(ValueError, match=rf"is called 'nobody-here'; there are: .*{name}"):
        typed("try", "nobody-here")
    with pytest.raises(ValueError, match=r"is not granted; granted are: volunteers\.#"):
        typed("try", name, "--after", "0", "--facts", VISIT)
    with pytest.raises(ValueError, match=r"'events\.nothing_there\.v1' grants nothing"):
        typed("try", name, "--facts", "events.nothing_there.v1")
    with pytest.raises(ValueError, match="the latest is 0"):
        typed("try", name, "--after", "7")


def test_ctrl_c_ends_it_well(running: Abroad, typed: Typed, name: str) -> None:
    added(typed, name, "--facts", VISIT)
    tell(running, "a")
    shown = tried(running, name, "--after", "0")
    eventually(lambda: len(lines(shown)) == 1)

    shown.interrupt()

    assert shown.exit_status(20) == 0
    assert "Traceback" not in shown.output
