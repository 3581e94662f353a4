"""Opt-out by reply and consent: what is stopped, what goes on, and what is answered (N-19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.volunteers import ConsentChanged
from kernel.clock import FixedClock
from services.notifications.domain.consent import (
    PROMOTIONAL,
    Given,
    Inbound,
    Wish,
    check_ending,
    unwanted,
    word_of,
)
from services.notifications.domain.notice import OPTIONAL
from services.notifications.domain.outcome import Refused
from services.notifications.domain.text import InvalidText
from services.notifications.templates.codes import forms
from services.notifications.templates.versions import current
from services.notifications.usecases import App
from services.notifications.usecases.consenting import keep_consents, kept_back, reasons_by_person
from services.notifications.usecases.inbound import latest, look_up, take
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import (
    NOW,
    Told,
    confirmed,
    contact,
    credited,
    memory_app,
    reminder,
    session,
    states,
    told,
)

NUMBER = "13900000001"


def reply(text: str, id: str = "1", number: str = NUMBER) -> Inbound:
    return Inbound(provider="kannel", sequence_id=id, number=number, text=text)


def known(provider: Told | None = None, clock: FixedClock | None = None) -> App:
    """The service, which knows the number of p1."""
    app = memory_app(provider or Told(), clock)
    keep_contacts(app, [told(contact(phone=NUMBER))])
    return app


@pytest.mark.parametrize("text", [
    "TD", "td", "T", "t", "R", "r", "退订", "ＴＤ", "ｔ", " t d ", "Ｒ\u3000", "“退订”", "退 订。",
    "\tTD\r\n", "T！", "\ufeffTD",
])
def test_n_19_a_reply_to_stop_is_understood_however_it_is_written(text: str) -> None:
    assert word_of(text) == "stop"


@pytest.mark.parametrize("text", ["DY", "dy", "ｄｙ", "订阅", "“订 阅”"])
def test_n_19_a_reply_to_start_again_is_understood(text: str) -> None:
    assert word_of(text) == "start"


@pytest.mark.parametrize("text", [
    "", "好的", "不退订", "TDK", "T3", "收到，谢谢", "R2D2", "订", "😀",
])
def test_n_19_any_other_reply_changes_nothing(text: str) -> None:
    app = known()
    assert take(app, [reply(text)]) == 0
    assert (latest(app, limit=9), states(app)) == ([], [])


def test_n_19_an_opt_out_stops_the_next_reminder_and_not_the_confirmation() -> None:
    app = known(provider := Told())
    write_messages(app, [told(reminder(where=session()), 2)])
    assert take(app, [reply("TD")]) == 1
    write_messages(app, [told(confirmed("r2"))])
    send_due(app)
    assert sorted(states(app)) == [
        ("confirmed", "submitted"), ("opted_out", "submitted"), ("reminder", "suppressed")]
    [held] = app.transactions.database["messages"].find({"purpose": "reminder"})
    assert held["reason"] == "opted_out"
    assert [one.text for one in provider.given if "退订" in one.text] == [
        "【向心】已按你的回复退订：不再向这个号码发送提醒、推广等非必要短信，"
        "报名和场次变动等必要通知仍会发送。恢复请回复DY。"]


def test_n_19_what_an_opt_out_stops_is_a_setting() -> None:
    app = known()
    app = replace(app, rules=replace(app.rules, optional=frozenset({"hours_credited"})))
    take(app, [reply("TD")])
    write_messages(app, [told(reminder()), told(credited(), 2)])
    send_due(app)
    assert dict(states(app)) == {
        "opted_out": "submitted", "reminder": "submitted", "hours_credited": "suppressed"}


def test_n_19_a_reply_brought_twice_counts_once_and_is_confirmed_once() -> None:
    app = known(provider := Told())
    for text, id in (("TD", "1"), ("TD", "1"), ("退订", "2"), ("R", "3")):
        take(app, [reply(text, id)])
    send_due(app)
    assert len(provider.given) == 1
    take(app, [reply("DY", "4"), reply("订阅", "5")])
    take(app, [reply("TD", "1")])
    send_due(app)
    assert [one.text[4:12] for one in provider.given] == ["已按你的回复退订", "已按你的回复恢复"]
    assert latest(app, limit=9)[0]["out"] is False


def test_n_19_the_confirmation_s_state_is_visible_by_the_number() -> None:
    app = known()
    take(app, [reply("TD")])
    assert look_up(app, NUMBER)["confirmation"] == "queued"
    send_due(app)
    found = look_up(app, NUMBER)
    assert (found["out"], found["source"], found["confirmation"]) == (True, "reply", "submitted")
    other = look_up(app, "13900000009")
    assert (other.pop("ref"), other.pop("out")) == (app.store.contacts.digest("13900000009")[:24],
                                                    False)
    assert set(other.values()) == {None}
    assert NUMBER not in str(latest(app, limit=9))


def test_n_19_an_unknown_number_is_answered_and_stays_out_when_it_becomes_somebody_s() -> None:
    app = memory_app(provider := Told())
    take(app, [reply("ＴＤ", number="+86 139 0000 0001")])
    send_due(app)
    assert [one.number for one in provider.given] == [NUMBER]
    keep_contacts(app, [told(contact(phone=NUMBER))])
    write_messages(app, [told(reminder())])
    send_due(app)
    assert dict(states(app))["reminder"] == "suppressed"


def test_n_19_a_number_that_is_no_mobile_number_is_not_heeded() -> None:
    app = known()
    assert take(app, [reply("TD", number="10086"), reply("TD", "2", number="")]) == 0
    assert states(app) == []


def test_n_19_a_provider_s_blacklist_feeds_the_same_list_without_an_answer() -> None:
    refused = Refused("FailedOperation.PhoneNumberInBlacklist", "give_up")
    app = known(provider := Told(outcomes=[refused]))
    for sequence, fact in enumerate((confirmed(), reminder("r2"), confirmed("r3")), 1):
        write_messages(app, [told(fact, sequence)])
        send_due(app)
    assert sorted(states(app)) == [
        ("confirmed", "failed"), ("confirmed", "submitted"), ("reminder", "suppressed")]
    assert look_up(app, NUMBER)["source"] == "blacklist"
    assert len(provider.given) == 2


def test_a_fault_at_one_reply_keeps_what_came_before_it() -> None:
    app = known()
    broken: Any = object()
    with pytest.raises(AttributeError):
        take(app, [reply("TD"), broken])
    assert look_up(app, NUMBER)["out"] is True


AT = NOW
LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize(("wish_at", "given_at", "given", "reason"), [
    (None, None, True, "no_consent"), (None, AT, True, None), (None, AT, False, "no_consent"),
    (LATER, AT, True, "opted_out"), (AT, LATER, True, None), (AT, LATER, False, "no_consent"),
    (AT, AT, True, "opted_out"),
])
def test_promotion_needs_consent_and_the_later_word_holds(
    wish_at: datetime | None, given_at: datetime | None, given: bool, reason: str | None
) -> None:
    wish = wish_at and Wish(out=True, at=wish_at, source="reply")
    said = given_at and Given(given=given, at=given_at)
    purpose: Any = "marketing"
    assert unwanted(purpose, OPTIONAL, wish=wish or None, given=said or None) == reason
    assert unwanted("confirmed", OPTIONAL, wish=wish or None, given=said or None) is None


def test_promotion_says_at_its_end_how_to_stop_it() -> None:
    for name, reference in current().items():
        if name.removesuffix("-confidential") in PROMOTIONAL:
            assert all(form.text.endswith("拒收请回复R") for form in forms()[reference])
    purpose: Any = "marketing"
    check_ending(purpose, "【向心】周末有音乐会。拒收请回复R")
    with pytest.raises(InvalidText):
        check_ending(purpose, "【向心】周末有音乐会。")
    check_ending("confirmed", "【向心】已确认。")


def agreed(given: bool, person_ref: str = "p1") -> ConsentChanged:
    return ConsentChanged(person_ref=person_ref, purpose="marketing_sms", given=given,
                          text_version="2026-11")


def test_c_27_consent_from_the_person_s_page_is_heeded_in_any_order_of_facts() -> None:
    app = known()
    purpose: Any = "marketing"
    asked = [(purpose, "p1"), (purpose, "p2")]
    keep_consents(app, [told(agreed(True), 3)])
    keep_consents(app, [told(agreed(False), 2)])
    assert reasons_by_person(app, asked, {"p1": NUMBER}) == {(purpose, "p2"): "no_consent"}
    keep_consents(app, [told(agreed(False), 4)])
    assert set(reasons_by_person(app, asked, {"p1": NUMBER}).values()) == {"no_consent"}


def test_necessary_messages_ask_nobody() -> None:
    app = known()
    take(app, [reply("TD")])
    assert kept_back(app, [], {}) == {}
