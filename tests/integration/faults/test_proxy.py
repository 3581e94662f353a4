"""The fault proxy does what it says: otherwise the tests that use it show nothing."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.chaos.proxy import FaultProxy


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_echo, args=(client,), daemon=True).start()


def _echo(client: socket.socket) -> None:
    with client, contextlib.suppress(OSError):
        while said := client.recv(1024):
            client.sendall(said)


@pytest.fixture
def proxy(echo: int) -> Iterator[FaultProxy]:
    with FaultProxy(echo) as opened:
        yield opened


def connected(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=1)


def said(line: socket.socket, words: bytes) -> bytes:
    """What comes back; raises TimeoutError when nothing does."""
    line.sendall(words)
    return line.recv(1024)


def test_it_passes_on_what_is_said(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        assert said(line, b"hello") == b"hello"


def test_in_a_hole_nothing_comes_back_until_it_is_healed(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        proxy.hole()
        with pytest.raises(TimeoutError):
            said(line, b"hello")

        proxy.heal()

        assert line.recv(1024) == b"hello"


def test_in_half_a_hole_answers_are_held_back(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        proxy.half_hole()
        with pytest.raises(TimeoutError):
            said(line, b"hello")
        proxy.heal()
        assert line.recv(1024) == b"hello"


def test_a_reset_ends_open_lines_and_lets_new_ones_through(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        said(line, b"hello")
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            line.recv(1024)

    with connected(proxy) as line:
        assert said(line, b"again") == b"again"


def test_refused_lines_are_reset_until_healed(proxy: FaultProxy) -> None:
    proxy.refuse()
    with pytest.raises(OSError), connected(proxy) as line:
        assert said(line, b"hello") == b"hello"

    proxy.heal()

    with connected(proxy) as line:
        assert said(line, b"again") == b"again"


def test_a_delay_delays(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        proxy.delay(0.2)
        began = time.monotonic()
        assert said(line, b"hello") == b"hello"
        assert time.monotonic() - began > 0.35


def test_a_cut_passes_the_words_on_and_swallows_the_answer(proxy: FaultProxy) -> None:
    with connected(proxy) as line:
        proxy.cut_after(b"commit")
        assert said(line, b"begin") == b"begin"
        with pytest.raises(ConnectionResetError):
            said(line, b"commit")

    assert proxy.cuts == 1
