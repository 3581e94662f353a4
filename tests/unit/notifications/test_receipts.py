"""Receipts of the clouds at our doors: item by item, kept before the answer (N-11, N-12)."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from kernel.metrics import REGISTRY
from kernel.mongo import Unavailable
from kernel.web import Call, Refused
from services.notifications.domain.outcome import Accepted
from services.notifications.service.receipts import ReceiptDoors
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.fakes import aliyun, tencent
from tests.fakes.cloud import Taken
from tests.unit.notifications.builders import Told, confirmed, contact, memory_app, states, told


class Doors(ReceiptDoors):
    """The doors of a service in memory, as a provider finds them."""

    def __init__(self, app: App) -> None:
        self.app = app

    def bring(self, provider: str, body: Any) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        door = self.aliyun_receipts if provider == "aliyun" else self.tencent_receipts
        return json.loads(door(Call({}, raw)).get_data())

    def reply(self, provider: str, body: Any) -> Any:
        door = self.aliyun_inbound if provider == "aliyun" else self.tencent_inbound
        return json.loads(door(Call({}, json.dumps(body).encode())).get_data())


def sent(name: str, people: int = 1) -> tuple[Doors, list[Taken]]:
    """Messages that left by this provider, and what it knows of them."""
    provider = Told(name=name, outcomes=[Accepted(provider_ref=f"ref-{n}") for n in range(people)])
    app = memory_app(provider)
    who = [f"p{number}" for number in range(people)]
    keep_contacts(app, [told(contact(each)) for each in who])
    write_messages(app, [told(confirmed("r1", *who))])
    while send_due(app):
        pass
    refs = {document["_id"]: document for document in app.transactions.database["messages"].find()}
    taken = [Taken("13900000001", "", {}, document["attempts"][0], document["provider_ref"])
             for document in refs.values()]
    return Doors(app), taken


def receipts(name: str, taken: Sequence[Taken]) -> list[dict[str, Any]]:
    make = aliyun.receipt if name == "aliyun" else tencent.receipt
    return [make(one) for one in taken]


def quarantined(provider: str, why: str) -> float:
    labels = {"provider": provider, "why": why}
    return REGISTRY.get_sample_value("xiangxin_sms_quarantined_total", labels) or 0


ANSWERS = {"aliyun": {"code": 0, "msg": "成功"}, "tencent": {"result": 0, "errmsg": "OK"}}
both = pytest.mark.parametrize("name", ["aliyun", "tencent"])


@both
def test_n_12_a_receipt_is_answered_in_the_provider_s_own_words(name: str) -> None:
    doors, taken = sent(name)
    assert doors.bring(name, receipts(name, taken)) == ANSWERS[name]
    assert states(doors.app) == [("confirmed", "delivered")]


@both
def test_n_12_one_bad_item_does_not_lose_the_others(name: str) -> None:
    doors, taken = sent(name, 100)
    items: list[Any] = receipts(name, taken)
    before = quarantined(name, "malformed")
    bad = [7, None, {"out_id": {"$ne": ""}, "success": True}, {"sid": "x", "report_status": "?"},
           {"out_id": "\ud800", "sid": "\ud800", "success": True, "report_status": "SUCCESS"}]
    assert doors.bring(name, [*items[:50], *bad, *items[50:]]) == ANSWERS[name]
    assert states(doors.app) == [("confirmed", "delivered")] * 100
    assert quarantined(name, "malformed") == before + len(bad)


@both
def test_n_11_receipts_again_and_late_failures_change_nothing(name: str) -> None:
    doors, taken = sent(name)
    items = receipts(name, taken)
    for _ in range(3):
        doors.bring(name, items * 2)
    failed = aliyun.receipt(taken[0], success=False, code="MOBILE_NOT_ON_SERVICE") if (
        name == "aliyun") else tencent.receipt(taken[0], status="FAIL")
    doors.bring(name, [failed])
    assert states(doors.app) == [("confirmed", "delivered")]


def test_n_11_a_failure_keeps_the_code_of_the_operator() -> None:
    doors, [taken] = sent("aliyun")
    doors.bring("aliyun", [aliyun.receipt(taken, success=False, code="MOBILE_NOT_ON_SERVICE")])
    [document] = doors.app.transactions.database["messages"].find()
    assert (document["state"], document["reason"]) == ("failed", "MOBILE_NOT_ON_SERVICE")


def test_n_12_without_our_context_tencent_s_own_number_names_the_message() -> None:
    doors, [taken] = sent("tencent")
    doors.bring("tencent", [tencent.receipt(taken, ext=False)])
    assert states(doors.app) == [("confirmed", "delivered")]


def test_n_12_what_one_provider_calls_a_message_is_not_what_another_calls_it() -> None:
    doors, [taken] = sent("tencent")
    doors.bring("aliyun", [{**aliyun.receipt(taken), "out_id": "p0"}])
    assert states(doors.app) == [("confirmed", "submitted")]


@both
def test_n_12_a_receipt_of_nobody_is_kept_apart_and_answered_all_the_same(name: str) -> None:
    doors, _ = sent(name)
    before = quarantined(name, "unknown")
    stranger = Taken("13900000099", "", {}, "unheard-of", "nobody")
    assert doors.bring(name, receipts(name, [stranger])) == ANSWERS[name]
    [stray] = doors.app.transactions.database["strays"].find()
    assert (stray["provider"], stray["named"]) == (name, "unheard-of")
    assert "13900000099" not in str(stray)
    assert quarantined(name, "unknown") == before + 1


@both
def test_n_12_nothing_is_answered_that_was_not_written_down(name: str) -> None:
    doors, taken = sent(name)

    def away(*_: object, **__: object) -> Any:
        raise Unavailable

    doors.app.transactions.run = away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        doors.bring(name, receipts(name, taken))


@both
@pytest.mark.parametrize("raw", [b"", b"{", b"7", b"\xff", b"[" * 100_000])
def test_n_12_what_is_no_array_is_refused(name: str, raw: bytes) -> None:
    doors, _ = sent(name)
    with pytest.raises(Refused) as refused:
        doors.bring(name, raw)
    assert refused.value.problem.status == 400


def test_n_12_one_that_cannot_be_kept_does_not_cost_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    doors, taken = sent("aliyun", 3)
    messages = doors.app.store.messages
    known = messages.of_reports

    def broken(provider: str, reports: Any) -> Any:
        if any(report.attempt_id == taken[1].context for report in reports):
            raise ValueError("13900000001")
        return known(provider, reports)

    messages.of_reports = broken  # type: ignore[method-assign]
    caplog.set_level(logging.DEBUG)
    assert doors.bring("aliyun", receipts("aliyun", taken)) == ANSWERS["aliyun"]
    found = sorted(state for _, state in states(doors.app))
    assert found == ["delivered", "delivered", "submitted"]
    assert "13900000001" not in caplog.text


REPLIES: dict[str, Any] = {
    "aliyun": [{"phone_number": "13900000001", "content": "退订", "sequence_id": "s1",
                "send_time": "2026-09-01 12:00:00", "dest_code": "1"}],
    "tencent": {"mobile": "13900000001", "nationcode": "86", "text": "退订", "sign": "向心",
                "time": 1788235205, "extend": ""},
}


@both
def test_n_19_a_reply_is_heeded_once_however_often_it_is_brought(name: str) -> None:
    doors, _ = sent(name)
    for _ in range(3):
        assert doors.reply(name, REPLIES[name]) == ANSWERS[name]
    assert [purpose for purpose, _ in states(doors.app)].count("opted_out") == 1


def test_n_12_a_bad_reply_does_not_lose_the_others() -> None:
    doors, _ = sent("aliyun")
    bad = [{}, 7, {**REPLIES["aliyun"][0], "content": "\ud800"}]
    assert doors.reply("aliyun", [*bad, *REPLIES["aliyun"]]) == ANSWERS["aliyun"]
    assert ("opted_out", "queued") in states(doors.app)
