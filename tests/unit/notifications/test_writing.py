"""From facts to messages: N-1, N-14, deadlines, quiet hours, contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from contracts.events import ContactForgotten
from contracts.volunteers_people import AccountRecovered
from kernel.clock import SHANGHAI, FixedClock
from services.notifications.domain.notice import Rules, not_before
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    corrected,
    credited,
    facts_told,
    held_hours,
    memory_app,
    promoted,
    session,
    states,
    text_of,
    told,
    waitlisted,
)


def test_everybody_of_a_party_gets_a_message_once_however_often_it_is_told() -> None:
    app, fact = memory_app(), told(confirmed("r1", "p1", "p2"))
    for _ in range(3):
        write_messages(app, [fact, fact])
    assert states(app) == [("confirmed", "queued")] * 2


def test_n_1_the_key_alone_protects_when_the_inbox_is_lost() -> None:
    app, fact = memory_app(), told(confirmed())
    write_messages(app, [fact])
    app.transactions.database["inbox"].delete_many({})
    write_messages(app, [fact])
    assert states(app) == [("confirmed", "queued")]


def test_n_14_a_cancellation_before_sending_leaves_nothing_to_send() -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed(), 1)])
    write_messages(app, [told(cancelled(), 2)])
    assert states(app) == [("confirmed", "suppressed"), ("cancelled", "suppressed")]
    assert send_due(app) == 0
    assert provider.given == []


@pytest.mark.parametrize("batches", [[[1, 0]], [[1], [0]], [[0, 1]]])
def test_n_14_the_order_of_arrival_does_not_matter(batches: list[list[int]]) -> None:
    app = memory_app()
    facts = [told(confirmed(), 1), told(cancelled(), 2)]
    for batch in batches:
        write_messages(app, [facts[index] for index in batch])
    assert states(app) == [("confirmed", "suppressed"), ("cancelled", "suppressed")]


def test_who_was_told_of_the_place_is_told_of_the_cancellation() -> None:
    app = memory_app(provider := Told())
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed(), 1)])
    send_due(app)
    write_messages(app, [told(cancelled(), 2)])
    send_due(app)
    assert states(app) == [("confirmed", "submitted"), ("cancelled", "submitted")]
    assert "已取消" in provider.given[1].text


def test_n_14_promotion_supersedes_a_place_in_line_that_was_not_told_yet() -> None:
    app = memory_app()
    write_messages(app, [told(waitlisted(), 1)])
    write_messages(app, [told(promoted(), 2)])
    assert states(app) == [("waitlisted", "suppressed"), ("promoted", "queued")]


def test_what_comes_too_late_to_be_of_use_is_written_down_but_not_sent() -> None:
    app = memory_app()
    write_messages(app, [told(confirmed(where=session(timedelta(0))))])
    write_messages(app, [told(credited(timedelta(days=8)))])
    assert sorted(states(app)) == [("confirmed", "expired"), ("hours_credited", "expired")]
    assert facts_told(app) == ["failed", "failed"]


def test_a_text_that_may_not_be_said_fails_with_the_variable_named() -> None:
    app = memory_app()
    write_messages(app, [told(confirmed(where=session(title="【别家】")))])
    [document] = app.transactions.database["messages"].find()
    assert (document["state"], document["reason"]) == ("failed", "text:title")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-09-01T20:59:59", "2026-09-01T20:59:59"),
        ("2026-09-01T21:00:00", "2026-09-02T08:00:00"),
        ("2026-09-02T07:59:59", "2026-09-02T08:00:00"),
        ("2026-09-02T08:00:00", "2026-09-02T08:00:00"),
    ],
)
def test_c_39_what_can_wait_waits_for_the_morning(now: str, until: str) -> None:
    moment, expected = (datetime.fromisoformat(each).replace(tzinfo=SHANGHAI)
                        for each in (now, until))
    assert not_before("hours_credited", moment, Rules()) == expected
    assert not_before("cancelled", moment, Rules()) == moment


def test_a_message_waits_for_the_number_and_leaves_when_it_comes() -> None:
    app = memory_app(provider := Told(), FixedClock(NOW))
    write_messages(app, [told(confirmed())])
    send_due(app)
    assert states(app) == [("confirmed", "queued")]
    keep_contacts(app, [told(contact())])
    send_due(app)
    assert [one.number for one in provider.given] == ["13900000001"]


def test_an_older_contact_does_not_replace_a_newer_one() -> None:
    app = memory_app()
    keep_contacts(app, [told(contact(phone="13900000002"), 2)])
    keep_contacts(app, [told(contact(phone="13900000001"), 1)])
    assert app.store.contacts.numbers({"p1"}) == {"p1": "13900000002"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_c_29_who_was_forgotten_has_no_number_in_whatever_order_it_is_heard(
    order: tuple[int, int]
) -> None:
    app = memory_app()
    heard = told(contact(), 1), told(ContactForgotten(person_ref="p1"))
    for place in order:
        keep_contacts(app, [heard[place]])
    keep_contacts(app, [told(contact(), 2)])
    assert app.store.contacts.numbers({"p1"}) == {}


def test_c_35_no_message_goes_to_a_telephone_that_its_owner_gave_up() -> None:
    app = memory_app()
    keep_contacts(app, [told(contact(), 1), told(contact("p2"), 1)])
    keep_contacts(app, [told(AccountRecovered(person_ref="p1")),
                        told(AccountRecovered(person_ref="p2", now_ref="p3"))])
    assert set(app.store.contacts.numbers({"p1", "p2"})) == {"p2"}
    keep_contacts(app, [told(contact(phone="13900000002"), 2)])
    assert app.store.contacts.numbers({"p1"}) == {"p1": "13900000002"}


def test_neither_name_nor_number_is_kept_readable() -> None:
    app = memory_app()
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed())])
    send_due(app)
    database = app.transactions.database
    kept = str([list(database[name].find()) for name in database.list_collection_names()])
    assert "13900000001" not in kept
    assert "李示例" not in kept


def test_c_05_who_forgot_to_check_out_is_told_that_the_hours_are_held() -> None:
    app = memory_app()
    write_messages(app, [told(held_hours())])
    assert states(app) == [("hours_held", "queued")]


def test_c_16_a_correction_is_told_once_and_not_as_a_new_credit() -> None:
    app = memory_app()
    write_messages(app, [
        told(corrected(was=90, now=60), sequence=1),
        told(corrected(id="e4", was=None, now=None), sequence=2),
        told(replace(credited(), correction=True), sequence=3),
    ])
    assert states(app) == [("hours_corrected", "held"), ("hours_corrected", "suppressed"),
                           ("hours_credited", "suppressed")]
    said = app.transactions.database["messages"].find_one({"state": "held"})
    assert said and "原计90分钟，现计60分钟" in text_of(app, said)


def test_c_16_what_was_only_held_is_told_as_credited_not_as_corrected() -> None:
    app = memory_app()
    write_messages(app, [told(corrected(was=0, now=60), sequence=1), told(credited(), sequence=2)])
    assert states(app) == [("hours_corrected", "suppressed"), ("hours_credited", "queued")]


def test_c_16_a_late_correction_is_told_although_the_session_is_long_past() -> None:
    app = memory_app()
    there = session(-timedelta(days=30))
    write_messages(app, [told(corrected(was=90, now=60, where=there))])
    assert states(app) == [("hours_corrected", "held")]


def test_c_29_whoever_is_forgotten_has_no_text_any_more_and_nothing_leaves_to_them() -> None:
    app = memory_app()
    write_messages(app, [told(confirmed("r1", "p1", "p2"))])
    keep_contacts(app, [told(contact("p1")), told(contact("p2", "13900000002"))])
    send_due(app)
    write_messages(app, [told(cancelled("r1"), 2)])
    for _ in range(2):
        keep_contacts(app, [told(ContactForgotten(person_ref="p1"))])
    found = app.transactions.database["messages"].find()
    kept = {(each["person_ref"], each["purpose"]):
            ("said" in each, each["state"], each.get("reason")) for each in found}
    assert kept["p1", "confirmed"][0] is kept["p1", "cancelled"][0] is False
    assert kept["p1", "cancelled"][1:] == ("suppressed", "forgotten")
    assert kept["p2", "confirmed"][0] is True
