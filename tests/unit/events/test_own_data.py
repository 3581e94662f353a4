"""What is kept of one person: taken along, put right, erased; nothing of anybody else (C-29)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.events import ContactForgotten, ContactRecorded
from kernel.outbox import all_rows, opened
from services.events.domain.broken import ContactTaken, UnknownPrepared, UnknownReference
from services.events.domain.person import Newcomer
from services.events.schemas.personal import PersonalAnswer
from services.events.usecases import consenting, own_data
from services.events.usecases.attending import close_session
from services.events.usecases.changing import decide
from services.events.usecases.looking import names_of
from services.events.usecases.preparing import find_prepared, prepare
from services.events.usecases.records import record_redemption, record_visit
from services.events.usecases.scanning import Scan, scan
from services.events.usecases.signing_up import sign_up
from services.events.web.personal_tables import long_table
from tests.acting import CLEAR
from tests.unit.events.builders import PUBLIC, STAFF, Town, newcomer
from tests.unit.events.test_consents import MOTHER, child
from tests.unit.events.test_following import told


def taken_along(town: Town, ref: str) -> dict[str, Any]:
    shown: dict[str, Any] = PersonalAnswer().dump(own_data.export_person(town.app, ref))
    return shown


def a_full_life(town: Town) -> str:
    """The reference of who signed up with another, came by force, redeemed and was visited."""
    session = town.session(mode="approval")
    made = town.sign_up(session, 1, 2)
    decide(town.app, made["registration_id"], decision="approve", note="测试0001请带证件",
           persons=None, caller=STAFF)
    ref = str(made["party"][0])
    town.clock.advance(timedelta(days=7, hours=-2))
    scan(town.app, Scan(session_id=session, registration_id=made["registration_id"],
                        direction="in", nonce="n1", at=town.clock(), forced="测试0001来早了"))
    town.clock.advance(timedelta(hours=5))
    close_session(town.app, session, {})
    record_redemption(town.app, "warm-bee", {
        "person_ref": ref, "window": "w1", "street": "大鹏", "at": town.clock()})
    record_visit(town.app, "hardship-visits", {
        "household_ref": ref, "street": "大鹏", "day": date(2021, 9, 9), "goods": []})
    return ref


def test_c_29_everything_of_one_person_is_in_the_export_and_of_others_only_how_many(
        town: Town) -> None:
    ref = a_full_life(town)
    shown = taken_along(town, ref)
    assert (shown["name"], shown["phone"]) == ("测试0001", "13900000001")
    [part] = shown["registrations"]
    assert (part["size"], part["status"], part["note"]) == (2, "confirmed", "测试0001请带证件")
    assert part["forced"] == ["测试0001来早了"] and len(part["stays"]) == 1
    assert [each["window"] for each in shown["redemptions"]] == ["w1"]
    assert [each["day"] for each in shown["visits"]] == ["2021-09-09"]
    assert shown["complete"] is True
    assert "测试0002" not in json.dumps(shown, ensure_ascii=False)
    assert "13900000002" not in json.dumps(shown)


def test_c_29_the_sheet_says_the_same_as_the_json_in_words(town: Town) -> None:
    table = long_table(taken_along(town, a_full_life(town)))
    rows = {(row[0], row[2]): row[3] for row in table.rows}
    assert rows["个人", "姓名"] == "测试0001" and rows["报名", "人数"] == "2"
    assert rows["领取", "窗口"] == "w1" and ("走访", "日期") in rows
    assert all(isinstance(cell, str | int) for row in table.rows for cell in row)


def test_c_25_a_consent_is_shown_to_guardian_and_child_with_version_and_withdrawal(
        town: Town) -> None:
    made = sign_up(town.app, town.session(programme="growth-camp"), [child(), newcomer(7)],
                   caller=PUBLIC)
    consenting.answer(town.app, town.codes()[0], "given")
    [mother] = [ref for ref, name in names_of(
        town.app, town.database["people"].distinct("_id"), CLEAR).items() if name == MOTHER.name]
    kid, other = made["party"]
    for ref, role in ((mother, "guardian"), (kid, "child")):
        [asked] = taken_along(town, ref)["consents"]
        assert (asked["role"], asked["state"], asked["children"]) == (role, "given", 1)
        assert asked["text_version"] == consenting.TEXT_VERSION
    assert taken_along(town, other)["consents"] == []
    consenting.answer(town.app, town.codes()[0], "withdrawn")
    [asked] = taken_along(town, mother)["consents"]
    assert asked["state"] == "withdrawn" and asked["decided_at"]


def test_c_29_a_corrected_contact_is_told_and_found_and_the_old_one_is_not(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    for _ in range(2):
        own_data.correct_contact(town.app, ref, phone="13900000088")
    assert [(number, fact.phone) for number, fact in told(town, ContactRecorded)] == [
        (1, "13900000001"), (2, "13900000088")]
    assert own_data.find_person(town.app, "测试0001", "13900000088") == ref
    with pytest.raises(UnknownReference):
        own_data.find_person(town.app, "测试0001", "13900000001")
    later = town.session(starts_at=town.clock() + timedelta(days=20))
    again = sign_up(town.app, later, [Newcomer(name="测试0001", phone="13900000088")],
                    caller=PUBLIC)
    assert again["party"] == [ref]


def test_c_29_a_birth_date_is_put_right_without_telling_anybody(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    own_data.correct_contact(town.app, ref, birth_date=date(1990, 1, 2))
    assert taken_along(town, ref)["birth_date"] == "1990-01-02"
    assert len(told(town, ContactRecorded)) == 1


def test_a_contact_that_is_somebody_elses_is_refused(town: Town) -> None:
    ref, _ = town.sign_up(town.session(), 1, 2)["party"]
    with pytest.raises(ContactTaken):
        own_data.correct_contact(town.app, ref, name="测试0002", phone="13900000002")
    assert taken_along(town, ref)["name"] == "测试0001"


def test_c_29_an_erased_person_leaves_no_word_and_every_count_as_it_was(town: Town) -> None:
    ref = a_full_life(town)
    counts = {name: town.database[name].count_documents({})
              for name in ("registrations", "attendances", "redemptions", "visits", "scans")}
    facts = [row.key for row in all_rows(town.database)]
    for _ in range(2):
        assert own_data.erase_person(town.app, ref)["erased"]
    shown = taken_along(town, ref)
    assert (shown["name"], shown["phone"], shown["registrations"][0]["note"]) == (None,) * 3
    assert shown["registrations"][0]["forced"] == []
    assert counts == {name: town.database[name].count_documents({}) for name in counts}
    assert [row.key for row in all_rows(town.database)][len(facts):] == [ContactForgotten.key]
    kept = [str(list(town.database[name].find())) for name in town.database.list_collection_names()]
    assert not [each for each in kept if "测试0001" in each or "13900000001" in each]
    with pytest.raises(UnknownReference):
        own_data.correct_contact(town.app, ref, name="测试")


def test_c_29_a_party_that_was_prepared_with_an_erased_person_in_it_is_gone(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    session = town.session(opens_at=town.clock() + timedelta(days=1))
    waiting = prepare(town.app, session, [newcomer(1), newcomer(3)], caller=PUBLIC)
    others = prepare(town.app, session, [newcomer(2)], caller=PUBLIC)
    own_data.erase_person(town.app, ref)
    with pytest.raises(UnknownPrepared):
        find_prepared(town.app, waiting)
    assert len(find_prepared(town.app, others).party) == 1


@pytest.mark.parametrize("what", [
    own_data.export_person, own_data.erase_person, own_data.correct_contact])
def test_whoever_is_not_known_is_said_not_to_be(town: Town, what: Any) -> None:
    with pytest.raises(UnknownReference):
        what(town.app, "nobody")


def test_nothing_readable_was_told_before_or_after(town: Town) -> None:
    ref = a_full_life(town)
    own_data.erase_person(town.app, ref)
    public = [opened(row, None) for row in all_rows(town.database) if not row.private]
    assert public and not [each for each in public if "测试0001" in each]
