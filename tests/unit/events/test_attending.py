"""Scans and closing with all rooms but the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.events.domain import broken
from services.events.domain.broken import Full
from services.events.usecases.attending import close_session
from services.events.usecases.scanning import Scan, scan
from tests.unit.events.builders import STAFF, STARTS, Town

ENDS = STARTS + timedelta(hours=2)


class PastTown(Town):
    """A month later: whatever is entered now is entered afterwards (补录)."""

    def session(self, **order: Any) -> str:
        return super().session(**{"starts_at": STARTS, **order})


@pytest.fixture
def town() -> Town:
    town = PastTown.in_memory()
    town.clock.advance(timedelta(days=30))
    return town


def scanned(town: Town, registration: dict[str, Any], direction: Any = "in",
            at: datetime = STARTS, nonce: str | None = None, **more: Any) -> dict[str, Any]:
    return scan(town.app, Scan(
        session_id=registration["session_id"], registration_id=registration["registration_id"],
        direction=direction, at=at, nonce=nonce or f"{direction}-{at}", **more,
    ))


def test_one_scan_lets_the_whole_party_in_and_tells_each(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, 2, caller=STAFF)
    answer = scanned(town, registration)
    assert (answer["persons"], answer["late"]) == (2, False)
    assert {each.data["person_ref"] for each in town.told("scanned_in")} == set(
        registration["party"]
    )


def test_one_person_of_a_party_may_come_alone(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, 2, caller=STAFF)
    scanned(town, registration, person_ref=registration["party"][1])
    [told] = town.told("scanned_in")
    assert told.data["person_ref"] == registration["party"][1]


def test_the_same_nonce_is_the_same_scan(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, caller=STAFF)
    first = scanned(town, registration, nonce="n")
    assert scanned(town, registration, nonce="n") == first
    assert len(town.told("scanned_in")) == 1
    with pytest.raises(broken.NonceReused):
        scanned(town, registration, "out", ENDS, nonce="n")


def test_a_ticket_of_another_session_is_unknown_here(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, caller=STAFF)
    with pytest.raises(broken.UnknownRegistration):
        scanned(town, {**registration, "session_id": town.session()})


def test_who_was_scanned_in_cannot_cancel(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, caller=STAFF)
    scanned(town, registration)
    with pytest.raises(broken.AlreadyAttended):
        town.cancel(registration["registration_id"], STAFF)


def test_closing_makes_attendance_final_and_tells_each_person_once(town: Town) -> None:
    session_id = town.session(capacity=3)
    came = town.sign_up(session_id, 1, 2, caller=STAFF)
    town.sign_up(session_id, 3, caller=STAFF)
    with pytest.raises(Full):
        town.sign_up(session_id, 4, caller=STAFF)
    scanned(town, came)
    scanned(town, came, "out", ENDS)
    answer = close_session(town.app, session_id, {
        "served": {"count": 188, "method": "路口计数", "reported_by": "staff-1"},
    })
    assert answer == {"session_id": session_id, "present": 2, "absent": 1}
    told = town.told("attendance_recorded", "session_closed")
    states = [each.data["state"] for each in told[:-1]]
    assert states == ["present", "present", "absent"]
    assert told[0].data["checked_in_at"] and told[0].data["checked_out_at"]
    assert (told[-1].data["served_count"], told[-1].data["audience_online"]) == (188, None)


def test_attendance_is_told_after_the_scans_of_the_same_person(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, caller=STAFF)
    scanned(town, registration)
    scanned(town, registration, "out", ENDS)
    close_session(town.app, registration["session_id"], {})
    subject = f"attendance/{registration['session_id']}.{registration['party'][0]}"
    told = [(each.type.split(".")[1], each.sequence) for each in town.told()
            if each.subject == subject]
    assert told == [("scanned_in", 1), ("scanned_out", 2), ("attendance_recorded", 3)]


def test_after_closing_nothing_changes_any_more(town: Town) -> None:
    registration = town.sign_up(town.session(), 1, caller=STAFF)
    close_session(town.app, registration["session_id"], {})
    for attempt in (
        lambda: scanned(town, registration),
        lambda: town.sign_up(registration["session_id"], 2, caller=STAFF),
        lambda: town.cancel(registration["registration_id"], STAFF),
        lambda: close_session(town.app, registration["session_id"], {}),
    ):
        with pytest.raises(broken.SessionClosed):
            attempt()
