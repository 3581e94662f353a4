"""Desks without signal: what they collected is answered one by one, in any order (C-13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from kernel.web import Call
from services.events.domain import broken
from services.events.schemas.desk import BatchBody, ScanBody
from services.events.service.desk import DeskDoors
from services.events.usecases import desk_view
from services.events.usecases.attending import close_session
from services.events.usecases.tickets import ticket_of
from tests.unit.events.builders import STAFF, STARTS, Town, once

ENDS = STARTS + timedelta(hours=2)


class Desk(DeskDoors):
    """The doors without a server; a session that is on, and one ticket for it."""

    def __init__(self) -> None:
        self.town = Town.in_memory()
        self.session_id = self.town.session(starts_at=STARTS, capacity=20)
        self.app = self.town.app
        self.made = self.town.sign_up(self.session_id, 1)
        self.ticket = ticket_of(self.app, self.made["registration_id"])
        self.town.clock.advance(ENDS - self.town.clock())

    def at_once(self, nonce: str, **more: Any) -> Any:
        told = ScanBody().load({"ticket": self.ticket, "direction": "in", "nonce": nonce,
                                "at": STARTS.isoformat(), **more})
        return self.scan(Call({}, body=told), self.session_id)

    def send(self, *scans: Any, gate: str = "东门", **call: Any) -> list[dict[str, Any]]:
        body = BatchBody().load({"gate": gate, "scans": list(scans)})
        found: list[dict[str, Any]] = self.upload_scans(
            Call({}, body=body, **call), self.session_id)["results"]
        return found

    def scan_of(self, nonce: str, direction: str = "in", *, at: datetime = STARTS,
                **more: Any) -> dict[str, Any]:
        return {"ticket": self.ticket, "direction": direction, "nonce": nonce,
                "at": at.isoformat(), **more}

    def stays(self) -> list[tuple[datetime | None, datetime | None]]:
        [kept] = self.town.database["attendances"].find()
        return [(stay["checked_in_at"], stay["checked_out_at"]) for stay in kept["stays"]]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [each["status"] for each in results]


def minutes(count: int) -> datetime:
    return STARTS + timedelta(minutes=count)


def test_what_is_sent_twice_is_booked_once(desk: Desk) -> None:
    scans = [desk.scan_of("n1"), desk.scan_of("n2", "out", at=ENDS)]
    first, again = desk.send(*scans), desk.send(*scans)
    assert statuses(first) == ["accepted", "accepted"]
    assert statuses(again) == ["repeated", "repeated"]
    assert [each["answer"] for each in first] == [each["answer"] for each in again]
    assert len(desk.town.told("scanned_in", "scanned_out")) == 2


def test_a_scan_that_had_reached_the_server_is_repeated(desk: Desk) -> None:
    desk.at_once("n1")
    assert statuses(desk.send(desk.scan_of("n1"))) == ["repeated"]


def test_one_bad_scan_does_not_fail_the_others(desk: Desk) -> None:
    forged = desk.ticket[:-1] + ("0" if desk.ticket[-1] != "0" else "1")
    results = desk.send(
        "nonsense", {"nonce": "n0", "direction": "sideways"}, desk.scan_of("n1", ticket=forged),
        desk.scan_of("n2", ticket="nobody"), desk.scan_of("n3", at=STARTS - timedelta(hours=3)),
        desk.scan_of("n4"), desk.scan_of("n4", "out", at=ENDS),
    )
    assert [(each["nonce"], each["status"], each.get("code")) for each in results] == [
        (None, "refused", "invalid_input"), ("n0", "refused", "invalid_input"),
        ("n1", "refused", "bad_ticket"), ("n2", "refused", "unknown_registration"),
        ("n3", "refused", "too_early"), ("n4", "accepted", None),
        ("n4", "refused", "nonce_reused"),
    ]
    assert set(results[1]["errors"]) >= {"direction", "at"}


@pytest.mark.parametrize("broken", [
    {"at": "0001-01-01T00:00:00+08:00"}, {"at": "9999-12-31T23:59:59-08:00"}, {"at": 7},
    {"nonce": ["n"]}, {"ticket": None}, {"ticket": "x" * 121}, {"gate": ""}, {"forced": {}},
    {"person_ref": "somebody else"}, {"at": "2031-01-01T00:00:00+08:00"},
])
def test_whatever_one_scan_says_the_other_is_booked(desk: Desk, broken: dict[str, Any]) -> None:
    results = desk.send({**desk.scan_of("n1"), **broken}, desk.scan_of("n2"))
    assert statuses(results) == ["refused", "accepted"] and results[0]["code"]


def test_two_gates_that_let_one_ticket_in_are_told(desk: Desk) -> None:
    assert statuses(desk.send(desk.scan_of("east"))) == ["accepted"]
    [result] = desk.send(desk.scan_of("west", at=minutes(5)), gate="西门")
    assert (result["status"], result["code"]) == ("conflict", "already_checked_in")
    [again] = desk.send(desk.scan_of("west", at=minutes(5)), gate="西门")
    assert again == result
    [kept] = desk_view.conflicts_of(desk.app, desk.session_id)
    assert (kept.first_gate, kept.since, kept.scan.gate) == ("东门", STARTS, "西门")
    assert len(desk.town.told("scanned_in")) == 1
    with pytest.raises(broken.AlreadyCheckedIn):
        desk.at_once("west", at=minutes(5).isoformat())


def test_the_gate_that_was_first_may_be_the_one_that_uploads_last(desk: Desk) -> None:
    desk.send(desk.scan_of("west", at=minutes(5)), gate="西门")
    [result] = desk.send(desk.scan_of("east"))
    assert result["status"] == "conflict"
    [kept] = desk_view.conflicts_of(desk.app, desk.session_id)
    assert (kept.first_gate, kept.since) == ("西门", minutes(5))


def test_who_of_a_party_came_or_left_alone_does_not_keep_the_others(desk: Desk) -> None:
    made = desk.town.sign_up(desk.session_id, 5, 6, caller=STAFF)
    first, second = made["party"]
    whole = {"ticket": made["registration_id"]}
    results = desk.send(
        desk.scan_of("n1", **whole, person_ref=first),
        desk.scan_of("n2", **whole, at=minutes(5)),
        desk.scan_of("n3", "out", **whole, at=minutes(30), person_ref=second),
        desk.scan_of("n4", "out", **whole, at=minutes(60)),
    )
    assert [(each["status"], each["answer"]["persons"]) for each in results] == [
        ("accepted", 1)] * 4
    stays = {each["person_ref"]: each["stays"] for each in
             desk.town.database["attendances"].find()}
    assert [stay["checked_out_at"] for stay in stays[first]] == [minutes(60)]
    assert [stay["checked_out_at"] for stay in stays[second]] == [minutes(30)]


def test_leaving_by_one_gate_and_coming_back_by_another_is_no_conflict(desk: Desk) -> None:
    east = [desk.scan_of("e1"), desk.scan_of("e2", "out", at=minutes(30))]
    west = [desk.scan_of("w1", at=minutes(40)), desk.scan_of("w2", "out", at=minutes(60))]
    assert statuses(desk.send(*west[::-1])) == ["accepted", "accepted"]
    assert statuses(desk.send(*east[::-1])) == ["accepted", "accepted"]
    assert desk.stays() == [(STARTS, minutes(30)), (minutes(40), minutes(60))]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_check_out_may_arrive_before_its_check_in(order: tuple[int, ...]) -> None:
    desk = Desk()
    scans = [desk.scan_of("n1"), desk.scan_of("n2", "out", at=ENDS)]
    for place in order:
        assert statuses(desk.send(scans[place])) == ["accepted"]
    assert desk.stays() == [(STARTS, ENDS)]


def test_the_same_key_gives_the_same_answer(desk: Desk) -> None:
    first = desk.send(desk.scan_of("n1"), once=once("batch"))
    assert desk.send(desk.scan_of("n1"), once=once("batch")) == first


def test_a_forced_check_in_keeps_what_it_overrode_and_why(desk: Desk) -> None:
    desk.at_once("n1")
    early = (STARTS - timedelta(hours=1)).isoformat()
    answer = desk.at_once("n2", at=early, forced={"reason": "领队证明已出场"})
    assert answer["overridden"] == ["too_early", "already_checked_in"]
    kept = desk.town.database["scans"].find_one({"_id": f"{desk.session_id}/n2"})
    assert kept is not None
    assert kept["overridden"] == ["too_early", "already_checked_in"]
    assert "领队" not in str({**kept, "reason": None}) and b"\xe9\xa2\x86" not in kept["reason"]
    assert desk.app.vault.open(kept["reason"]) == "领队证明已出场"


def test_a_forced_scan_is_the_same_scan_only_with_the_same_reason(desk: Desk) -> None:
    first = desk.at_once("n1", forced={"reason": "负责人同意"})
    assert desk.at_once("n1", forced={"reason": "负责人同意"}) == first
    assert first["overridden"] == []
    with pytest.raises(broken.NonceReused):
        desk.at_once("n1")


def test_force_does_not_open_another_session_nor_a_closed_one(desk: Desk) -> None:
    other = desk.town.sign_up(desk.town.session(), 2)
    force = {"forced": {"reason": "负责人同意"}}
    with pytest.raises(broken.UnknownRegistration):
        desk.at_once("n1", ticket=other["registration_id"], **force)
    waits = desk.town.sign_up(desk.session_id, *range(30, 40), caller=STAFF)
    desk.town.cancel(waits["registration_id"], STAFF)
    with pytest.raises(broken.NotConfirmed):
        desk.at_once("n2", ticket=waits["registration_id"], **force)
    close_session(desk.app, desk.session_id, {})
    with pytest.raises(broken.SessionClosed):
        desk.at_once("n3", **force)


def test_only_a_check_in_can_be_forced() -> None:
    told = {"registration_id": "r", "direction": "out", "nonce": "n", "forced": {"reason": "理由"}}
    assert set(ScanBody().validate(told)) == {"forced"}


def test_counts_say_who_is_expected_came_and_is_inside(desk: Desk) -> None:
    desk.town.sign_up(desk.session_id, 2, 3, caller=STAFF)
    desk.send(desk.scan_of("n1"))
    assert desk_view.counts_of(desk.app, desk.session_id) == desk_view.Counts(
        expected=3, came=1, inside=1)
    desk.send(desk.scan_of("n2", "out", at=ENDS))
    assert desk_view.counts_of(desk.app, desk.session_id).inside == 0
