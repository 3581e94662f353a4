"""Start and end of a process: it waits for its database, and leaves without dropping a call."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from ops.parts.ports import free_port
from tests.integration.doors.conftest import STRICT, StartEcho
from tests.integration.doors.wire import connect, events, rest
from tests.waiting import eventually


def test_a_request_in_hand_is_answered_after_sigterm_and_the_process_leaves_with_0(
    own_echo: StartEcho,
) -> None:
    process = own_echo().start()
    with ThreadPoolExecutor(20) as callers:
        slow = [
            callers.submit(requests.get, f"{process.address}/slow/20", timeout=10)
            for _ in range(20)
        ]
        eventually(lambda: busy(process.port, 20))
        process.terminate()
        began = time.monotonic()
        assert {call.result().status_code for call in slow} == {200}
        assert process.exit_status(within=10) == 0
    assert time.monotonic() - began < 10


def busy(port: int | None, least: int) -> bool:
    """Whether that many connections to the port are established."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        local = f":{port:04X}"
        rows = [line.split() for line in table]
    return sum(row[1].endswith(local) and row[3] == "01" for row in rows) >= least


def test_under_load_every_call_that_was_taken_is_answered(own_echo: StartEcho) -> None:
    process = own_echo().start()
    answered: list[int] = []
    broken: list[str] = []

    def call_on() -> None:
        while True:
            try:
                answer = requests.get(f"{process.address}/slow/1", timeout=10)
                answered.append(answer.status_code)
            except requests.ConnectionError as exc:
                if "refused" not in str(exc):
                    broken.append(str(exc))
                return

    threads = [threading.Thread(target=call_on) for _ in range(16)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(answered) > 50)
    process.terminate()
    for thread in threads:
        thread.join(15)
    assert process.exit_status(within=10) == 0
    assert set(answered) == {200} and not broken


def test_a_call_that_never_ends_does_not_hold_the_process(own_echo: StartEcho) -> None:
    process = own_echo(STRICT).start()
    with connect(process) as sock:
        sock.sendall(b"GET /slow/900 HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(lambda: busy(process.port, 1))
        process.terminate()
        assert process.exit_status(within=10) == 0


def test_viewers_and_idle_callers_do_not_hold_the_process(own_echo: StartEcho) -> None:
    process = own_echo().start()
    viewer = events(process)
    assert next(viewer).name == "snapshot"
    with connect(process) as idle, connect(process) as dripping:
        dripping.sendall(b"GET /who HTTP/1.1\r\nX-Slow:")
        began = time.monotonic()
        process.terminate()
        assert process.exit_status(within=10) == 0
        assert time.monotonic() - began < 10
        assert rest(idle) == b""


def test_ctrl_c_ends_it_as_well(own_echo: StartEcho) -> None:
    process = own_echo().start()
    os.kill(process.pid, signal.SIGINT)
    assert process.exit_status(within=10) == 0


def test_without_a_database_it_is_alive_but_not_ready(own_echo: StartEcho) -> None:
    away = f"mongodb://127.0.0.1:{free_port()}/?directConnection=true"
    process = own_echo(MONGODB_URI=away).start(ready=False)
    eventually(lambda: process.answers("/healthz"), within=30)
    ready = requests.get(f"{process.address}/readyz", timeout=10)
    assert ready.status_code == 503
    assert ready.json()["parts"] == {"database": "Unavailable", "broker": "ok"}
    early = requests.get(f"{process.address}/who", timeout=5)
    assert (early.status_code, early.headers["Retry-After"]) == (503, "2")
    process.terminate()
    assert process.exit_status(within=10) == 0


def test_without_a_broker_people_are_served_and_readiness_says_so(own_echo: StartEcho) -> None:
    away = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    process = own_echo(AMQP_URI=away, ROLE="http").start()
    parts = requests.get(f"{process.address}/readyz", timeout=10).json()["parts"]
    assert parts["database"] == "ok" and parts["broker"] != "ok"
    assert requests.get(f"{process.address}/who", timeout=5).status_code == 200


def test_the_half_that_hears_facts_has_no_doors_but_is_probed(own_echo: StartEcho) -> None:
    process = own_echo(ROLE="facts").start()
    assert requests.get(f"{process.address}/who", timeout=5).status_code == 404
    assert process.answers("/healthz")


def test_wrong_settings_are_all_told_at_once(own_echo: StartEcho) -> None:
    process = own_echo(BIND="nonsense", ROLE="king").start(ready=False)
    assert process.exit_status() == 2
    assert "BIND" in process.output and "ROLE" in process.output
