"""Callers who drip, say nothing or say too much are sent away; others are served meanwhile."""

from __future__ import annotations

import socket
import struct
import time

import pytest
import requests

from tests.integration.doors.conftest import StartEcho
from tests.integration.doors.wire import connect, exchange
from tests.rig.process import Process
from tests.waiting import eventually

HEAD = b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


def seconds_until_closed(sock: socket.socket, drip: bytes = b"") -> float:
    """How long the other side bears with a caller who sends one byte now and then."""
    began = time.monotonic()
    sock.settimeout(0.2)
    for place in range(100):
        try:
            sock.sendall(drip[place : place + 1])
            if not sock.recv(100):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(strict: Process) -> None:
    answer = exchange(strict, HEAD + b"Content-Length: 70000\r\n\r\n")
    assert b" 413 " in answer and b'"too_large"' in answer and b"Connection: close" in answer


def test_who_sends_too_much_all_the_same_can_read_the_answer(strict: Process) -> None:
    body = b"x" * 900_000
    answer = exchange(strict, HEAD + b"Content-Length: 900000\r\n\r\n" + body)
    assert b" 413 " in answer


def test_a_door_may_take_more(strict: Process) -> None:
    tiles = {"tiles": {"long": "x" * 200_000}}
    assert requests.post(f"{strict.address}/show", json=tiles, timeout=5).status_code == 204


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET /who HTTP/1.1\r\nHost x\r\n\r\n", 400),
        (b"GET /who HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
        (b"GET /who HTTP/2.0\r\nHost: x\r\n\r\n", 400),
        (b"GET /who HTTP/1.1\r\n" + b"X: %d\r\n" * 101 % (*range(101),) + b"\r\n", 400),
        (b"GET /who HTTP/1.1\r\nX: " + b"y" * 9_000 + b"\r\n\r\n", 400),
        (b"GET /" + b"y" * 9_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_a_request_that_is_none_is_refused_and_closed(
    strict: Process, sent: bytes, status: int
) -> None:
    assert exchange(strict, sent).split(b" ")[1] == b"%d" % status


def test_headers_that_drip_are_cut_off(strict: Process) -> None:
    with connect(strict) as sock:
        sock.sendall(b"GET /who HTTP/1.1\r\n")
        assert 0.5 < seconds_until_closed(sock, b"X-Slow: " + b"y" * 90) < 4


def test_a_body_that_drips_is_cut_off(strict: Process) -> None:
    with connect(strict) as sock:
        sock.sendall(HEAD + b"Content-Length: 90\r\n\r\n")
        assert 0.5 < seconds_until_closed(sock, b"{" * 90) < 4


def test_who_says_nothing_is_sent_away(strict: Process) -> None:
    with connect(strict) as sock:
        assert 1 < seconds_until_closed(sock) < 5


def test_a_connection_is_kept_for_the_next_request_but_not_for_ever(strict: Process) -> None:
    with connect(strict) as sock:
        for _ in range(2):
            sock.sendall(b"GET /who HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in sock.recv(4_096)
        assert 1 < seconds_until_closed(sock) < 5


def test_half_a_request_and_resets_leave_the_service_alive(strict: Process) -> None:
    for sent in (b"", b"GET", HEAD, HEAD + b"Content-Length: 9\r\n\r\n{", b"\x00" * 64):
        with connect(strict) as sock:
            sock.sendall(sent)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert requests.get(f"{strict.address}/who", timeout=5).status_code == 200
    assert "Traceback" not in strict.output


def test_more_idle_connections_than_allowed_do_not_keep_others_out(strict: Process) -> None:
    idle = [connect(strict) for _ in range(120)]
    assert requests.get(f"{strict.address}/who", timeout=5).status_code == 200
    for sock in idle:
        sock.close()


def test_a_thousand_idle_connections_are_borne(echo: Process) -> None:
    idle = [connect(echo) for _ in range(1_000)]
    began = time.monotonic()
    assert requests.get(f"{echo.address}/healthz", timeout=5).status_code == 200
    assert time.monotonic() - began < 1
    for sock in idle:
        sock.close()


def test_a_viewer_who_reads_nothing_is_left_in_the_end(strict: Process) -> None:
    with connect(strict) as sock:
        sock.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in sock.recv(100)
        assert viewers(strict) == 1
        for turn in range(4):
            tiles = {"tiles": {"long": f"{turn}" * 3_000_000}}
            requests.post(f"{strict.address}/show", json=tiles, timeout=5)
        eventually(lambda: viewers(strict) == 0)


def viewers(strict: Process) -> int:
    """How many viewers the service counts."""
    text = requests.get(f"http://{strict.environment['METRICS_BIND']}/metrics", timeout=5).text
    [line] = [line for line in text.splitlines() if line.startswith("xiangxin_viewers ")]
    return int(float(line.split()[1]))


def test_a_flood_of_orders_from_one_address_is_told_to_come_back(own_echo: StartEcho) -> None:
    """Looking goes on, and so do staff."""
    process = own_echo(WRITES_PER_ADDRESS="5").start()
    url, words = f"{process.address}/say", {"words": "x"}
    statuses = [requests.post(url, json=words, timeout=5).status_code for _ in range(7)]
    assert statuses == [201] * 5 + [429] * 2
    refused = requests.post(url, json=words, timeout=5)
    assert refused.json()["code"] == "too_many_orders" and int(refused.headers["Retry-After"]) > 0
    assert requests.get(f"{process.address}/who", timeout=5).status_code == 200
    staff = {"Authorization": "Bearer staff-token-of-the-tests"}
    assert requests.post(url, json=words, headers=staff, timeout=5).status_code == 201
