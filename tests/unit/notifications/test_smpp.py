"""SMPP against a message centre that reads the wire by itself: N-4 to N-7, N-11, N-22, N-24."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.clock import SHANGHAI
from services.notifications.domain.consent import Inbound
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Report
from services.notifications.domain.text import cut, segments
from services.notifications.providers.base import Outgoing
from services.notifications.providers.smpp import STATES, TABLE, Smpp, report_of
from services.notifications.providers.smpp_link import NAMES, SmppAccess
from services.notifications.providers.verdicts import refused
from tests.fakes.smsc import PASSWORD, SYSTEM_ID, Centre, receipt, running_centre
from tests.waiting import eventually

NUMBER, SHORT = "13900000001", "【向心】短"
LONG = "【向心】" + "长" * 140  # three parts
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400)


def smpp(centre: Centre, **changes: Any) -> Smpp:
    told = {"host": "127.0.0.1", "port": centre.port, "system_id": SYSTEM_ID, "sender": "10690",
            "password": PASSWORD, "within": 5.0}
    return Smpp(SmppAccess(**{**told, **changes}))


def nobody(inbound: Inbound) -> None:
    raise AssertionError("no reply was brought")


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running_centre() as opened:
        yield opened


@pytest.fixture
def provider(centre: Centre) -> Iterator[Smpp]:
    made = smpp(centre)
    yield made
    made.close()


def send(provider: Smpp, text: str = SHORT, attempt_id: str = "a1", to: str = NUMBER) -> Outcome:
    return provider.send(Outgoing(attempt_id=attempt_id, number=to, text=text))


@pytest.fixture(scope="module")
def steady() -> Iterator[tuple[Centre, Smpp]]:
    """One centre and one connection for many texts."""
    with running_centre() as opened:
        made = smpp(opened)
        yield opened, made
        made.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS)
def test_n_21_n_22_any_text_arrives_as_it_is_in_as_many_parts_as_were_counted(
    steady: tuple[Centre, Smpp], words: str
) -> None:
    centre, provider = steady
    text, before = f"【向心】{words}", len(centre.parts)
    assert isinstance(send(provider, text), Accepted)
    parts = centre.parts[before:]
    assert centre.texts(NUMBER)[-1] == text
    assert len(parts) == segments(text)
    for part, said in zip(parts, cut(text), strict=True):
        assert part.text.decode("utf-16-be") == said  # each by itself: no split pair
        assert part.header is None or len(part.text) <= 134


def test_n_22_a_pair_on_the_border_goes_whole_into_the_next_part(
    centre: Centre, provider: Smpp
) -> None:
    text = "长" * 66 + "𠀀" * 3
    send(provider, text)
    assert [part.text.decode("utf-16-be") for part in centre.parts] == ["长" * 66, "𠀀" * 3]
    assert [part.receipt for part in centre.parts] == [False, True]


def test_one_connection_serves_many_threads(centre: Centre, provider: Smpp) -> None:
    with ThreadPoolExecutor(20) as pool:
        texts = {f"139000{number:05}": f"{SHORT}{number}" + "长" * number for number in range(60)}
        outcomes = list(pool.map(lambda one: send(provider, one[1], to=one[0]), texts.items()))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert {to: centre.texts(to) for to in texts} == {to: [text] for to, text in texts.items()}
    assert centre.binds == [0]


ROWS = [(code, verdict) for verdict, codes in TABLE.items() for code in codes]
STATUS = {name: value for value, name in NAMES.items()}


@pytest.mark.parametrize(("code", "verdict"), ROWS)
def test_n_7_each_listed_status_has_its_meaning(code: str, verdict: str) -> None:
    told = refused(TABLE, NAMES[STATUS[code]])
    assert (told.code, told.verdict, told.listed) == (code, verdict, True)


@pytest.mark.parametrize(("status", "outcome"), [
    ("88", Refused("ESME_RTHROTTLED", "later")), ("11", Refused("ESME_RINVDSTADR", "give_up")),
    ("1025", Refused("ESME_0401", "ambiguous", listed=False)),
])
def test_n_7_the_status_of_a_submit_is_its_answer(
    centre: Centre, provider: Smpp, status: str, outcome: Outcome
) -> None:
    centre.plan.append(status)
    assert send(provider, LONG) == outcome
    assert centre.parts == []
    assert isinstance(send(provider, LONG), Accepted)


def test_n_4_when_only_the_first_part_was_accepted_nothing_goes_again(
    centre: Centre, provider: Smpp
) -> None:
    centre.plan += ["ok", "88"]
    assert send(provider, LONG) == Refused("partly_accepted", "ambiguous")


def test_n_6_a_centre_that_hangs_sees_one_submit(centre: Centre) -> None:
    provider = smpp(centre, within=0.3)
    centre.plan.append("hang")
    assert send(provider) == NoAnswer("LinkLost")
    assert (centre.parts, centre.plan, centre.binds) == ([], [], [0])
    provider.close()


def test_n_4_a_connection_cut_after_the_submit_is_no_answer_and_the_next_one_binds_anew(
    centre: Centre, provider: Smpp
) -> None:
    centre.plan.append("drop")
    assert send(provider) == NoAnswer("LinkLost")
    assert len(centre.parts) == 1
    assert isinstance(send(provider), Accepted)
    assert centre.binds == [0, 0]


def test_n_5_nobody_there_and_nobody_who_answers_a_bind_are_not_reached(centre: Centre) -> None:
    assert send(smpp(centre, port=1)) == NotReached("NotBound")
    centre.silent.set()
    assert send(smpp(centre, within=0.3)) == NotReached("NotBound")
    assert centre.parts == []


def test_n_10_a_wrong_password_stops_the_provider(centre: Centre) -> None:
    assert send(smpp(centre, password="no")) == Refused("ESME_RINVPASWD", "provider_down")


def test_a_silent_connection_is_tested_and_given_up(centre: Centre) -> None:
    provider = smpp(centre, enquire=0.1)
    send(provider)
    eventually(lambda: centre.enquiries >= 2)
    assert centre.binds == [0]
    centre.silent.set()
    eventually(lambda: not provider._link.is_up)  # type: ignore[union-attr]
    centre.silent.clear()
    assert isinstance(send(provider), Accepted)
    assert centre.binds == [0, 0]
    provider.close()


def test_n_11_a_receipt_names_our_attempt_and_is_answered_once_it_is_kept(
    centre: Centre, provider: Smpp
) -> None:
    heard: list[Report] = []

    def keep_the_second(report: Report, apart: bool) -> bool:
        heard.append(report)
        return len(heard) > 1

    provider.listen(keep_the_second, nobody)
    assert send(provider) == Accepted(provider_ref="m1")
    for status in (0x64, 0):  # not kept: bring it again
        sequence = centre.deliver(receipt("m1"))
        assert eventually(lambda sequence=sequence: sequence in centre.answered)  # type: ignore[misc]
        assert centre.answered[sequence] == status
    assert {(one.attempt_id, one.provider_ref, one.state) for one in heard} == {
        ("a1", "m1", "delivered")}


def test_n_12_a_receipt_that_cannot_be_kept_now_is_to_be_brought_again(
    centre: Centre, provider: Smpp
) -> None:
    def away(report: Report, apart: bool) -> bool:
        raise RuntimeError("the database is away")

    provider.listen(away, nobody)
    send(provider)
    sequence = centre.deliver(receipt("m1"))
    assert eventually(lambda: sequence in centre.answered)
    assert centre.answered[sequence] == 0x64
    assert isinstance(send(provider), Accepted)


def test_n_12_a_receipt_of_nobody_is_asked_for_again_and_then_kept_apart(
    centre: Centre, provider: Smpp
) -> None:
    asked: list[bool] = []

    def unknown(report: Report, apart: bool) -> bool:
        asked.append(apart)
        return apart

    provider.listen(unknown, nobody)
    send(provider)
    statuses = []
    for _ in range(4):
        sequence = centre.deliver(receipt("never-heard-of"))
        assert eventually(lambda sequence=sequence: sequence in centre.answered)  # type: ignore[misc]
        statuses.append(centre.answered[sequence])
    assert (asked, statuses) == ([False, False, False, True], [0x64, 0x64, 0x64, 0])


def test_n_19_a_reply_is_handed_on_and_the_same_one_again_has_the_same_id(
    centre: Centre, provider: Smpp
) -> None:
    heard: list[Inbound] = []
    provider.listen(lambda report, apart: False, heard.append)
    send(provider)
    for _ in range(2):
        sequence = centre.deliver("TD", is_receipt=False)
        assert eventually(lambda sequence=sequence: sequence in centre.answered)  # type: ignore[misc]
        assert centre.answered[sequence] == 0
    assert [(one.provider, one.number, one.text) for one in heard] == [("smpp", NUMBER, "TD")] * 2
    assert len({one.sequence_id for one in heard}) == 1


@pytest.mark.parametrize(("stat", "state"), [*STATES.items(), ("UNKNOWN", None)])
def test_n_11_each_state_of_a_receipt_has_its_meaning(stat: str, state: str | None) -> None:
    report = report_of(receipt("m7", stat, "042").encode(), {})
    assert report is not None
    assert (report.state, report.provider_ref, report.attempt_id) == (state, "m7", None)
    assert report.code == (f"{stat}_042" if state == "failed" else stat)
    assert report.at == datetime(2026, 9, 1, 12, 1, tzinfo=SHANGHAI)


def test_what_is_no_receipt_is_none() -> None:
    assert report_of(b"TD", {}) is None
    assert report_of(bytes(range(256)), {}) is None


def test_n_24_neither_number_nor_text_is_logged(
    centre: Centre, provider: Smpp, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for word in ("ok", "88", "drop"):
        centre.plan.append(word)
        send(provider)
    for secret in (NUMBER, NUMBER.encode().hex(), SHORT, SHORT.encode("utf-16-be").hex()):
        assert secret not in caplog.text
