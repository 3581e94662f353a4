"""Aliyun and Tencent against servers that check the signature: N-4 to N-7, N-13, N-24, N-30."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from kernel.clock import FixedClock, new_id
from kernel.memory import memory_database
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Attempt, Balance, NotSeen, Report
from services.notifications.providers import aliyun, tencent
from services.notifications.providers.aliyun import Aliyun, AliyunAccess
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.providers.tencent import Tencent, TencentAccess
from services.notifications.templates.codes import Account, Codes
from services.notifications.usecases.reconciling import pull, sweep
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import KEY_ID, KEY_SECRET, Cloud, running
from tests.fakes.tencent import APP_ID, FakeTencent
from tests.unit.notifications.builders import (
    NOW,
    app_on,
    confirmed,
    contact,
    states,
    told,
)

NUMBER, WITHIN = "13900000001", 0.3
SAID = {"title": "青年之夜", "when": "9月3日12:00", "place": "文化广场",
        "when_day": "9月3日", "when_time": "12:00"}
CODES = Codes({
    "aliyun": Account(codes={"confirmed@1.full": "SMS_1"}),
    "tencent": Account(codes={"confirmed@1.short": "1001"}, longest=6),
})


def provider(cloud: Cloud, *, url: str | None = None, secret: str = KEY_SECRET,
             within: float = 5.0, clock: FixedClock | None = None) -> Provider:
    """The provider that belongs to the fake."""
    now = clock or FixedClock(NOW)
    told: dict[str, Any] = {"url": url or cloud.url, "key_id": KEY_ID, "key_secret": secret,
                            "signature": "向心", "within": within}
    if isinstance(cloud, FakeAliyun):
        return Aliyun(AliyunAccess(**told), CODES, clock=now, ids=new_id)
    return Tencent(TencentAccess(**told, app_id=APP_ID), CODES, clock=now)


@pytest.fixture(params=[FakeAliyun, FakeTencent], ids=["aliyun", "tencent"])
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    with running(request.param()) as opened:
        yield opened


def outgoing(attempt_id: str = "a1", number: str = NUMBER) -> Outgoing:
    return Outgoing(attempt_id=attempt_id, number=number, text="【向心】…", template="confirmed@1",
                    values=SAID)


def attempt(attempt_id: str = "a1", number: str = NUMBER, ref: str | None = None) -> Attempt:
    return Attempt(attempt_id=attempt_id, number=number, started_at=NOW, provider_ref=ref)


def test_a_message_is_accepted_with_its_code_its_variables_and_our_attempt(cloud: Cloud) -> None:
    assert provider(cloud).send(outgoing()) == Accepted(provider_ref="ref-1")
    [taken] = cloud.taken
    assert (taken.number.removeprefix("+86"), taken.context) == (NUMBER, "a1")
    if isinstance(cloud, FakeAliyun):
        said = {name: SAID[name] for name in ("title", "when", "place")}
        assert (taken.code, taken.values) == ("SMS_1", said)
    else:
        assert (taken.code, taken.values) == ("1001", ["9月3日", "12:00"])


def test_a_wrong_key_is_noticed_by_the_fake_and_stops_the_provider(cloud: Cloud) -> None:
    outcome = provider(cloud, secret="another").send(outgoing())
    assert isinstance(outcome, Refused) and outcome.verdict == "provider_down"
    assert (cloud.forged, cloud.taken) == (1, [])


ROWS = [
    (fake, code, verdict)
    for fake, table in ((FakeAliyun, aliyun.TABLE), (FakeTencent, tencent.TABLE))
    for verdict, codes in table.items() for code in codes
]


@pytest.mark.parametrize(("fake", "code", "verdict"), ROWS, ids=[f"{c}" for _, c, _ in ROWS])
def test_n_7_each_listed_code_has_its_meaning(fake: type[Cloud], code: str, verdict: str) -> None:
    told = code.replace("*", "Anything")
    if fake is FakeAliyun:
        outcome: Outcome = aliyun.outcome_of(200, {"Code": told}, NOW)
    else:
        outcome = tencent.outcome_of(200, {"SendStatusSet": [{"Code": told}]})
        assert tencent.outcome_of(200, {"Error": {"Code": told}}) == outcome
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.verdict, outcome.listed) == (told, verdict, True)


@pytest.mark.parametrize(("word", "outcome"), [
    ("isv.NEVER_HEARD_OF", Refused("isv.NEVER_HEARD_OF", "ambiguous", listed=False)),
    ("500", Refused("http_500", "ambiguous")), ("503", Refused("http_503", "ambiguous")),
])
def test_n_7_an_unknown_code_or_an_error_of_the_server_is_ambiguous(
    cloud: Cloud, word: str, outcome: Refused
) -> None:
    cloud.plan.append(word)
    assert provider(cloud).send(outgoing()) == outcome


def test_n_24_a_code_that_holds_a_number_is_not_kept() -> None:
    told = aliyun.outcome_of(200, {"Code": f"isv.{NUMBER}"}, NOW)
    assert told == Refused("malformed_code", "ambiguous", listed=False)


@pytest.mark.parametrize(("words", "wait"), [
    ("触发分钟级流控Permits:1", timedelta(minutes=1)),
    ("触发小时级流控Permits:5", timedelta(minutes=60)),
    ("触发天级流控Permits:40", timedelta(hours=12)), ("flow control", None),
])
def test_n_7_later_says_until_when_the_window_named_is_over(
    words: str, wait: timedelta | None
) -> None:
    told = aliyun.outcome_of(200, {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": words}, NOW)
    assert told == Refused("isv.BUSINESS_LIMIT_CONTROL", "later", wait=wait)


def test_n_6_a_provider_that_hangs_sees_exactly_one_request(cloud: Cloud) -> None:
    cloud.plan.append("hang")
    assert provider(cloud, within=WITHIN).send(outgoing()) == NoAnswer("ReadTimeout")
    assert len(cloud.asked) == 1


def test_n_4_accepted_and_dropped_is_no_answer_and_is_found_by_asking(cloud: Cloud) -> None:
    cloud.plan.append("drop")
    outcome = provider(cloud).send(outgoing())
    assert isinstance(outcome, NoAnswer)
    assert (len(cloud.asked), len(cloud.taken)) == (1, 1)
    report = provider(cloud).look_up(attempt())
    assert isinstance(report, Report)
    assert (report.attempt_id, report.state) == ("a1", "delivered")


def test_n_5_a_refused_connection_reaches_nobody(cloud: Cloud) -> None:
    outcome = provider(cloud, url="http://127.0.0.1:1/").send(outgoing())
    assert (outcome, cloud.asked) == (NotReached("ConnectError"), [])


def test_n_5_a_failed_handshake_and_an_unknown_host_reach_nobody(cloud: Cloud) -> None:
    secure = cloud.url.replace("http:", "https:")
    assert provider(cloud, url=secure).send(outgoing()) == NotReached("ConnectError")
    nowhere = "http://no-such-host.invalid/"
    assert provider(cloud, url=nowhere).send(outgoing()) == NotReached("ConnectError")
    assert cloud.taken == []


def test_n_4_only_who_lists_all_it_was_given_can_say_that_it_never_saw_one(cloud: Cloud) -> None:
    asked = provider(cloud).look_up(attempt("unheard-of"))
    assert asked == (NotSeen() if isinstance(cloud, FakeAliyun) else None)
    cloud.plan.append("500")
    assert provider(cloud).look_up(attempt("unheard-of")) is None


def test_n_4_a_number_with_many_messages_is_read_to_the_end() -> None:
    with running(FakeAliyun()) as cloud:
        for number in range(120):
            cloud.take(NUMBER, "SMS_1", {}, f"other-{number}")
        assert provider(cloud).look_up(attempt()) == NotSeen()
        cloud.take(NUMBER, "SMS_1", {}, "a1")
        assert isinstance(provider(cloud).look_up(attempt()), Report)
        for number in range(200):
            cloud.take(NUMBER, "SMS_1", {}, f"more-{number}")
        assert provider(cloud).look_up(attempt("unheard-of")) is None


def test_n_13_receipts_that_were_not_pushed_are_pulled() -> None:
    with running(FakeTencent()) as cloud:
        one = provider(cloud)
        for number in range(3):
            one.send(outgoing(f"a{number}"))
        pulled = one.pull()
        assert [(report.attempt_id, report.state) for report in pulled] == [
            ("a0", "delivered"), ("a1", "delivered"), ("a2", "delivered")]
        assert one.balance() == Balance(left=600, unit="messages")
        by_ref = one.look_up(attempt("lost", f"{NUMBER}", ref="ref-2"))
        assert isinstance(by_ref, Report) and by_ref.provider_ref == "ref-2"


def test_n_21_what_a_provider_cannot_say_is_refused_with_the_field_named(cloud: Cloud) -> None:
    one = provider(cloud)
    said = {**SAID, "when": "", "when_day": "十二月三十一日"}
    assert not one.can_send("confirmed@1", said)
    field = "when" if isinstance(cloud, FakeAliyun) else "when_day"
    told = one.send(Outgoing(attempt_id="a1", number=NUMBER, text="", template="confirmed@1",
                             values=said))
    assert told == Refused(f"unsayable:{field}", "template")
    assert one.segments("【向心】短", "confirmed@1", said) == 1
    assert one.send(Outgoing(attempt_id="a1", number=NUMBER, text="", template="moved@1")) == (
        Refused("unsayable:template", "template"))
    assert cloud.asked == []


def test_n_24_no_number_stands_in_an_address_a_header_or_the_log(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = provider(cloud, within=WITHIN)
    for word in ("ok", "isv.OUT_OF_SERVICE", "500", "drop", "hang"):
        cloud.plan.append(word)
        one.send(outgoing())
    one.look_up(attempt())
    for asked in cloud.asked:
        assert NUMBER not in asked.path + str(asked.headers)
    assert NUMBER not in caplog.text and "青年之夜" not in caplog.text
    assert NUMBER not in repr(outgoing()) + repr(attempt())


def test_n_30_fifty_calls_of_a_second_side_by_side_take_little_more_than_one(cloud: Cloud) -> None:
    cloud.took = 1.0
    one = provider(cloud)
    began = monotonic()
    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(lambda n: one.send(outgoing(f"a{n}")), range(50)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert monotonic() - began < 10  # one after the other it were 50; the bench has the figure


def test_n_13_with_our_doors_shut_for_twenty_minutes_all_end_delivered(cloud: Cloud) -> None:
    clock = FixedClock(NOW)
    app = app_on(memory_database(), provider(cloud, clock=clock), clock=clock)
    people = {f"p{number}": f"139000{number:05}" for number in range(12)}
    keep_contacts(app, [told(contact(who, number)) for who, number in people.items()])
    write_messages(app, [told(confirmed(f"r-{who}", who)) for who in people])
    cloud.plan += ["ok", "drop"] * 3  # of three nobody knows at first
    while send_due(app):
        pass
    assert {state for _, state in states(app)} == {"submitted", "unknown"}
    for _ in range(21):
        clock.advance(timedelta(minutes=1))
        pull(app)
        sweep(app)
    assert states(app) == [("confirmed", "delivered")] * len(people)
    assert sorted(one.number.removeprefix("+86") for one in cloud.taken) == sorted(people.values())
