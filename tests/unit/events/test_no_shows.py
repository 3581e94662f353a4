"""Absences: recorded by configuration, weighed, looked at by people (C-11, C-32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.events.domain import broken
from services.events.domain import no_show as rules
from services.events.domain.no_show import NoShow, NoShowRules
from services.events.usecases import no_shows
from services.events.usecases.application import Policy
from services.events.usecases.attending import close_session
from services.events.usecases.scanning import Scan, scan
from tests.unit.events.builders import NOON, STAFF, Town

LIMIT = NoShowRules(limit=2, within=timedelta(days=90), pause=timedelta(days=30))


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def missed(number: int, **more: Any) -> NoShow:
    return NoShow(
        no_show_id=f"s{number}.p1", session_id=f"s{number}", registration_id="r", person_ref="p1",
        ended_at=day(number), confidential=False, recorded_at=day(number), **more,
    )


def paused(*absences: NoShow, now: int, policy: NoShowRules = LIMIT) -> datetime | None:
    return rules.paused_until(absences, now=day(now), rules=policy)


def test_the_number_within_the_time_pauses_from_the_last_one_on() -> None:
    assert paused(missed(0), now=1) is None
    assert paused(missed(0), missed(50), now=51) == day(80)
    assert paused(missed(0), missed(50), now=80) is None
    assert paused(missed(0), missed(90), now=91) is None
    assert paused(missed(0), missed(89), now=91) == day(119)


def test_without_a_limit_nobody_is_paused() -> None:
    many = [missed(number) for number in range(9)]
    assert paused(*many, now=9, policy=NoShowRules()) is None


def test_what_is_excused_or_appealed_does_not_weigh() -> None:
    assert paused(missed(0), missed(1, state="excused"), now=2) is None
    assert paused(missed(0), missed(1, state="appealed"), now=2) is None
    assert paused(missed(0), missed(1, state="upheld"), now=2) == day(31)


def test_an_absence_is_appealed_once_and_decided_by_a_person() -> None:
    appealed = rules.appeal(missed(0), b"text", at=day(1))
    with pytest.raises(broken.AlreadyAppealed):
        rules.appeal(appealed, b"text", at=day(1))
    upheld = rules.decide(appealed, "upheld", b"reason", at=day(2))
    assert [each.state for each in upheld.history] == ["appealed", "upheld"]
    with pytest.raises(broken.NotAppealed):
        rules.decide(upheld, "excused", b"reason", at=day(3))
    excused = rules.excuse(upheld, b"reason", at=day(3))
    for change in (rules.excuse, rules.appeal):
        with pytest.raises(broken.AlreadyExcused):
            change(excused, b"", at=day(4))


@pytest.fixture
def town() -> Town:
    town = Town.in_memory()
    town.app = replace(town.app, policy=Policy(no_shows=LIMIT))
    return town


def absence(town: Town, *numbers: int, **order: Any) -> dict[str, Any]:
    """A party that has a place at a session in a week and is not there when it is closed."""
    session_id = town.session(**order)
    made = town.sign_up(session_id, *numbers)
    town.clock.advance(timedelta(days=7, hours=3))
    close_session(town.app, session_id, {})
    return {**made, "no_show": f"{session_id}.{made['party'][0]}"}


def until(town: Town, *person_refs: str) -> dict[str, datetime]:
    return town.app.transactions.run(
        lambda within: no_shows.paused_until(town.app, person_refs, within.now, within=within)
    )


def test_two_absences_pause_each_person_of_the_party(town: Town) -> None:
    first = absence(town, 1, 2)
    assert until(town, *first["party"]) == {}
    second = absence(town, 1)
    assert set(until(town, *first["party"])) == set(second["party"])


def test_off_is_the_default_and_keeps_nothing(town: Town) -> None:
    town.app = replace(town.app, policy=Policy())
    made = absence(town, 1)
    assert town.database["no_shows"].count_documents({}) == 0
    assert until(town, *made["party"]) == {}


def test_who_came_cancelled_or_was_entered_afterwards_was_not_absent(town: Town) -> None:
    session_id = town.session()
    came, left = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    town.cancel(left["registration_id"])
    town.clock.advance(timedelta(days=7))
    scan(town.app, Scan(session_id=session_id, registration_id=came["registration_id"],
                        direction="in", nonce="n"))
    town.clock.advance(timedelta(hours=3))
    town.sign_up(session_id, 3, caller=STAFF)
    assert close_session(town.app, session_id, {})["absent"] == 1
    assert town.database["no_shows"].count_documents({}) == 0


def test_an_appeal_lifts_the_pause_until_somebody_decides(town: Town) -> None:
    [person] = absence(town, 1)["party"]
    made = absence(town, 1)
    assert set(until(town, person)) == {person}
    no_shows.appeal(town.app, made["no_show"], "孩子那天发烧")
    assert until(town, person) == {}
    decided = no_shows.decide(town.app, made["no_show"], "upheld", "没有说明")
    assert decided["state"] == "upheld" and set(until(town, person)) == {person}
    no_shows.excuse(town.app, made["no_show"], "补交了证明")
    assert until(town, person) == {}


def test_appeals_are_sealed_and_read_by_who_may(town: Town) -> None:
    made = absence(town, 1, programme="growth-camp")
    no_shows.appeal(town.app, made["no_show"], "孩子那天发烧")
    assert "发烧" not in str(list(town.database["no_shows"].find()))
    for may, text in ((False, None), (True, "孩子那天发烧")):
        _, [found] = no_shows.no_shows_of(town.app, made["party"][0], confidential=may)
        assert (found.no_show.state, found.text) == ("appealed", text)


def test_an_unknown_absence_is_said_to_be_unknown(town: Town) -> None:
    with pytest.raises(broken.UnknownNoShow):
        no_shows.excuse(town.app, "nothing", "理由")
