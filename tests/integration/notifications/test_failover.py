"""Several providers on a real database: one is killed, calls are paced, doors are real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
import requests

from kernel.clock import system_clock
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import KEY_ID, KEY_SECRET, running
from tests.fakes.smsc import PASSWORD, SYSTEM_ID, Centre, running_centre
from tests.gateway import Gateway
from tests.integration.notifications.running import SECRET, Service
from tests.unit.notifications import builders
from tests.waiting import eventually

SOON = 60.0  # seconds; a busy machine is slow
WITHIN = timedelta(seconds=5)
WORKERS = 2
CODES = '[aliyun.codes]\n"confirmed@1.full" = "SMS_1"\n'


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running_centre() as opened:
        yield opened


def queued(app: App, first: int, count: int) -> list[str]:
    """So many confirmed sign-ups of people with numbers of their own, due now."""
    numbers = [f"139000{first + place:05}" for place in range(count)]
    where = builders.session(system_clock() + timedelta(days=1) - builders.NOW)
    keep_contacts(app, [builders.told(builders.contact(f"p{to}", to)) for to in numbers])
    write_messages(app, [builders.told(builders.confirmed(f"r{to}", f"p{to}", where=where))
                         for to in numbers])
    return numbers


def work(app: App, stop: Event) -> None:
    while not stop.is_set():
        if not send_due(app):
            stop.wait(0.05)


def test_n_9_a_killed_provider_gets_nothing_more_and_nobody_anything_twice(
    gateway: Gateway, service: Service, centre: Centre
) -> None:
    service.environ |= {
        "SMS_PROVIDERS": "kannel=1,smpp=1", "SMPP_ADDRESS": f"127.0.0.1:{centre.port}",
        "SMPP_SYSTEM_ID": SYSTEM_ID, "SMPP_PASSWORD": PASSWORD, "SMPP_SENDER": "10690",
        "SMS_AT_ONCE": "5",
    }
    app, stop = service.app(), Event()
    before = queued(app, 20_000, 60)
    with ThreadPoolExecutor(WORKERS) as pool:
        workers = [pool.submit(work, service.app(), stop) for _ in range(WORKERS)]
        try:
            eventually(lambda: gateway.arrived() and centre.parts, within=SOON)
            killed_at = system_clock()
            gateway.stop()
            after = queued(app, 21_000, 60)
            eventually(lambda: not unsent(app), within=SOON)
        finally:
            stop.set()
        [worker.result(SOON) for worker in workers]
    arrived = Counter(one.number for one in gateway.arrived())
    arrived += Counter({to: len(centre.texts(to)) for to in [*before, *after]})
    documents = list(app.transactions.database["messages"].find())
    late = [one for one in documents
            if one["provider"] == "kannel" and one["started_at"] > killed_at + WITHIN]
    assert late == []
    assert {to: arrived[to] for to in after} == dict.fromkeys(after, 1)
    assert max(arrived.values()) == 1
    by = Counter(one["provider"] for one in documents)
    assert sum(len(centre.texts(to)) for to in [*before, *after]) == by["smpp"]
    died_with_it = sum(one["provider"] == "kannel" and one["state"] in ("unknown", "submitted")
                       for one in documents)  # what it took, or may have taken
    assert len(before) - died_with_it <= sum(arrived[to] for to in before)


def unsent(app: App) -> int:
    states = {"$in": ["queued", "held", "claimed", "sending"]}
    return app.transactions.database["messages"].count_documents({"state": states})


def test_n_17_calls_at_the_provider_never_run_ahead_of_the_rate(
    gateway: Gateway, service: Service, tmp_path: Path
) -> None:
    rate, count = 40, 80
    (tmp_path / "codes.toml").write_text(CODES, encoding="utf-8")
    with running(FakeAliyun()) as cloud:
        service.environ |= {
            "SMS_PROVIDER": "aliyun", "ALIYUN_URL": cloud.url, "ALIYUN_KEY_ID": KEY_ID,
            "ALIYUN_KEY_SECRET": KEY_SECRET, "SMS_QPS": f"aliyun={rate}",
            "TEMPLATE_CODES": str(tmp_path / "codes.toml"), "SMS_CALL_WITHIN": "5s",
            "SMS_LEASE": "30s",
        }
        app, stop = service.app(), Event()
        queued(app, 22_000, count)
        began = monotonic()
        with ThreadPoolExecutor(WORKERS) as pool:
            workers = [pool.submit(work, service.app(), stop) for _ in range(WORKERS)]
            try:
                eventually(lambda: len(cloud.taken) == count, within=SOON)
            finally:
                stop.set()
            [worker.result(SOON) for worker in workers]
        called = sorted(asked.at - began for asked in cloud.asked)
        assert len(called) == len({taken.context for taken in cloud.taken}) == count
        assert all(at > place / rate - 0.05 for place, at in enumerate(called))


def test_n_12_the_doors_of_the_clouds_answer_whoever_shows_the_secret(
    gateway: Gateway, service: Service
) -> None:
    service.doors()
    base = f"http://{service.environ['BIND']}"
    stray = [{"out_id": "a", "biz_id": "b", "success": True, "phone_number": "13900000099"}]

    def bring(door: str, body: Any, **query: str) -> requests.Response:
        return requests.post(base + door, params=query, json=body, timeout=10)

    eventually(lambda: bring("/receipts/aliyun", stray).status_code != 503, within=SOON)
    assert bring("/receipts/aliyun", stray).status_code == 401
    assert bring("/receipts/aliyun", stray, secret="x").status_code == 403
    answer = bring("/receipts/aliyun", stray, secret=SECRET)
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "成功"})
    answer = bring("/receipts/tencent", [{"sid": "b", "report_status": "FAIL"}], secret=SECRET)
    assert (answer.status_code, answer.json()) == (200, {"result": 0, "errmsg": "OK"})
    reply = {"mobile": "13900000099", "text": "TD", "time": 1}
    assert bring("/inbound/tencent", reply, secret=SECRET).json() == {"result": 0, "errmsg": "OK"}
    assert bring("/receipts/aliyun", "x", secret=SECRET).status_code == 400
    strays = service.app().transactions.database["strays"].find()
    assert [one["provider"] for one in strays] == ["aliyun", "tencent"]
    told = requests.get(f"{base}/api/providers", headers={"Authorization": "Bearer staff"},
                        timeout=10).json()
    assert [(one["name"], one["state"]) for one in told] == [("kannel", "closed")]
