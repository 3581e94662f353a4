"""A roster on the real database: nothing half-imported, one key makes one, large ones fit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from kernel.sheets.limits import MOST_ROWS
from services.events.domain.broken import BrokenRule, RosterRefused
from services.events.domain.roster import RosterParty
from services.events.domain.session import Session
from services.events.store.sessions import Sessions
from services.events.usecases import calendars, rosters
from services.events.usecases.book import Caller
from services.events.usecases.importing import import_roster
from tests.acting import CLEAR
from tests.integration.events.crowd import at_once
from tests.unit.events.builders import STAFF, Town, newcomer, once

COLLECTIONS = ("registrations", "people", "identities", "rolls", "line", "answers")


class Dies(Sessions):
    """The last write of an import fails."""

    def save(self, before: Session, after: Session, **_: Any) -> Session:
        raise RuntimeError("the process died")


def a_roster(count: int, first: int = 1) -> list[RosterParty]:
    return [RosterParty(lines=(n - first + 2,), members=(newcomer(n),))
            for n in range(first, first + count)]


def kept(town: Town) -> dict[str, int]:
    return {name: town.database[name].count_documents({}) for name in COLLECTIONS}


def test_a_refused_row_leaves_nothing(town: Town) -> None:
    session_id = town.session(capacity=50)
    town.sign_up(session_id, 7)
    before, told = kept(town), len(town.told())
    key = Caller(staff=True, once=once("k"))
    with pytest.raises(RosterRefused) as caught:
        import_roster(town.app, session_id, a_roster(20), caller=key)
    assert caught.value.errors == {"row.8": ["已经报过这个场次"]}
    assert (kept(town), len(town.told())) == (before, told)
    assert town.pool(session_id).taken == 1


def test_an_import_that_fails_late_leaves_nothing(town: Town) -> None:
    session_id = town.session(capacity=50)
    before, told = kept(town), len(town.told())
    ill = replace(town.app, store=replace(town.app.store, sessions=Dies(town.database)))
    with pytest.raises(RuntimeError):
        import_roster(ill, session_id, a_roster(20), caller=STAFF)
    assert (kept(town), len(town.told())) == (before, told)


def test_two_imports_at_once_with_one_key_make_one(town: Town, twin: Town) -> None:
    session_id = town.session(capacity=50)
    key = Caller(staff=True, once=once("k"))
    answers = at_once([
        partial(import_roster, each.app, session_id, a_roster(20), caller=key)
        for each in [town, twin] * 3
    ])
    assert all(each == answers[0] for each in answers), answers
    assert town.pool(session_id).taken == 20
    assert len(town.told("signup_confirmed")) == 20


def test_two_overlapping_rosters_at_once_never_make_anybody_twice(town: Town, twin: Town) -> None:
    session_id = town.session(capacity=50)
    answers = at_once([
        partial(import_roster, each.app, session_id, a_roster(20, first), caller=STAFF)
        for each, first in ((town, 1), (twin, 11))
    ])
    refused = [each for each in answers if isinstance(each, BrokenRule)]
    assert len(refused) == 1 and len(refused[0].errors) == 10  # type: ignore[attr-defined]
    assert town.pool(session_id).taken == 20


def test_a_roster_and_residents_at_the_same_moment_fill_the_session_exactly(
    town: Town, twin: Town
) -> None:
    session_id = town.session(capacity=25)
    answers = at_once([
        partial(import_roster, twin.app, session_id, a_roster(20), caller=STAFF),
        *(partial(town.sign_up, session_id, number) for number in range(101, 116)),
    ])
    assert all(isinstance(each, dict) for each in answers), answers
    pool = town.pool(session_id)
    assert (pool.taken, pool.waiting) == (25, 10)


def test_300_rows_are_one_import_and_come_out_again(town: Town) -> None:
    session_id = town.session(capacity=280)
    answer = import_roster(town.app, session_id, a_roster(300), caller=STAFF)
    assert len(answer["registered"]) == 300
    rows = rosters.roster(town.app, session_id, sight=CLEAR)
    assert [row.name for row in rows] == [f"测试{n:04d}" for n in range(1, 301)]
    assert [row.position for row in rows[280:]] == list(range(1, 21))
    [figures] = rosters.figures(town.app)
    assert (figures.session.taken, figures.came) == (280, 0)


@pytest.mark.slow
def test_the_largest_roster_fits_into_one_transaction(town: Town) -> None:
    session_id = town.session(capacity=1_900)
    answer = import_roster(town.app, session_id, a_roster(MOST_ROWS), caller=STAFF)
    assert len(answer["registered"]) == MOST_ROWS
    pool = town.pool(session_id)
    assert (pool.taken, pool.waiting) == (1_900, 100)


def test_a_persons_calendar_is_found_on_the_real_database(town: Town) -> None:
    first, second = (town.session() for _ in range(2))
    made = town.sign_up(first, 1)
    town.cancel(made["registration_id"])
    town.sign_up(second, 1)
    states = [each.state for each in calendars.of_person(town.app, made["party"][0])]
    assert sorted(states) == ["CANCELLED", "CONFIRMED"]
