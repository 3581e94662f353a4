"""What every service answers beside its doors: description, files, metrics; and a busy pool."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests

from tests.integration.doors.conftest import StartEcho
from tests.rig.process import Process


def test_the_doors_are_described_as_openapi(echo: Process) -> None:
    told = requests.get(f"{echo.address}/openapi.json", timeout=5).json()
    assert told["openapi"] == "3.1.0"
    say = told["paths"]["/say"]["post"]
    assert say["summary"] == "Say it." and "201" in say["responses"]
    assert {"Saying", "Heard", "Problem"} <= set(told["components"]["schemas"])
    forget = told["paths"]["/words/{word}"]["delete"]
    assert forget["security"] == [{"staff": []}]
    assert {"word", "Idempotency-Key"} == {given["name"] for given in forget["parameters"]}


def test_metrics_are_read_on_a_port_of_their_own(echo: Process) -> None:
    requests.get(f"{echo.address}/who", timeout=5)
    address = f"http://{echo.environment['METRICS_BIND']}/metrics"
    text = requests.get(address, timeout=5).text
    assert 'xiangxin_http_requests_total{door="who",status="200"}' in text
    assert requests.get(f"{echo.address}/metrics", timeout=5).status_code == 404


def test_the_stylesheet_is_sent_compressed_and_kept_by_its_tag(echo: Process) -> None:
    url = f"{echo.address}/static/xiangxin.css"
    first = requests.get(url, timeout=5)
    assert first.headers["Content-Type"] == "text/css; charset=utf-8" and "--sea:" in first.text
    assert first.headers["Content-Encoding"] == "gzip"
    again = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=5)
    assert again.status_code == 304 and not again.content


def test_only_files_of_ours_are_sent(echo: Process) -> None:
    for name in ("../render.py", "%2e%2e/render.py", "..%2frender.py", "", "no.css", "/etc/hosts"):
        answer = requests.Request("GET", f"{echo.address}/static/x").prepare()
        answer.url = f"{echo.address}/static/{name}"
        with requests.Session() as session:
            assert session.send(answer, timeout=5).status_code == 404


def test_a_full_pool_keeps_neither_health_nor_metrics_waiting(own_echo: StartEcho) -> None:
    process = own_echo(ECHO_WORKERS="2").start()
    with ThreadPoolExecutor(6) as callers:
        slow = [
            callers.submit(requests.get, f"{process.address}/slow/10", timeout=20)
            for _ in range(6)
        ]
        assert process.answers("/healthz") and process.answers("/readyz")
        assert not all(call.done() for call in slow)
        assert {call.result().status_code for call in slow} == {200}
