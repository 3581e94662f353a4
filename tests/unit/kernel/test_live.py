"""Live figures: what a viewer is told, and when, without a socket."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from itertools import islice
from time import monotonic
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from greenlet import GreenletExit

from kernel.group_commit import Overloaded
from kernel.live import Live
from kernel.web import Call


class Board:
    """Tiles with a version; `away` makes both refuse."""

    def __init__(self, **tiles: Any) -> None:
        self.tiles, self.reads, self.looks, self.away = dict(tiles), 0, 0, False
        self.live = Live(self.read, self.version, every=0.02, beat=0.3, most=3)

    def read(self) -> dict[str, Any]:
        self.reads += 1
        return dict(self.tiles)

    def version(self) -> str:
        self.looks += 1
        if self.away:
            raise ConnectionError
        return repr(self.tiles)

    def view(self, last: str | None = None, sock: Any = None) -> Iterator[bytes]:
        environ: dict[str, Any] = {"HTTP_LAST_EVENT_ID": last} if last else {}
        if sock:
            protocol = SimpleNamespace(request_version="HTTP/1.1", connection=sock)
            environ["xiangxin.protocol"] = protocol
        return iter(self.live.response(Call(environ)).response)  # type: ignore[arg-type]


def parsed(block: bytes) -> list[tuple[str, Any, str | None]]:
    """(event, content, id) of each event in a block."""
    found = []
    for event in block.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in event.splitlines())
        if "data" in lines:
            found.append((lines["event"], json.loads(lines["data"]), lines.get("id")))
    return found


def test_first_everything_then_only_what_changed() -> None:
    board = Board(hours=1, sessions=2)
    viewer = board.view()
    [(name, content, _)] = parsed(next(viewer))
    assert (name, content) == ("snapshot", {"hours": 1, "sessions": 2})
    board.tiles["hours"] = 5
    [(name, content, _)] = parsed(next(viewer))
    assert (name, content) == ("tile", {"tile": "hours", "value": 5})


def test_many_changes_between_two_looks_are_one() -> None:
    board = Board(hours=0)
    viewer = board.view()
    next(viewer)
    for hours in range(1, 100):
        board.tiles["hours"] = hours
    assert parsed(next(viewer))[0][1] == {"tile": "hours", "value": 99}
    assert board.reads == 2


def test_tiles_are_read_only_when_the_version_changed() -> None:
    board = Board(hours=0)
    viewer = board.view()
    next(viewer)
    assert parsed(next(viewer)) == [("beat", {"fresh": True}, None)]
    assert board.looks > 5 and board.reads == 1


def test_a_flood_of_changes_is_told_at_most_once_in_the_time_set() -> None:
    board = Board(hours=0)
    board.live = Live(board.read, board.version, every=0.2, look=0.01, beat=5)
    viewer = board.view()
    next(viewer)
    began = monotonic()
    while monotonic() - began < 0.9:
        board.tiles["hours"] += 1
        eventlet.sleep(0.005)
    assert 1 < board.reads <= 1 + (monotonic() - began) / 0.2 + 1


def test_what_all_are_told_is_encoded_once() -> None:
    board = Board(hours=0)
    viewers = [board.view() for _ in range(3)]
    for viewer in viewers:
        next(viewer)
    board.tiles["hours"] = 7
    told = [next(viewer) for viewer in viewers]
    assert told[0] is told[1] is told[2]


def test_a_slow_viewer_skips_values_and_sees_the_newest() -> None:
    board = Board(hours=0, sessions=0)
    slow, quick = board.view(), board.view()
    next(slow), next(quick)
    for hours in (1, 2, 3):
        board.tiles["hours"] = hours
        assert parsed(next(quick))[0][1]["value"] == hours
    board.tiles["sessions"] = 1
    next(quick)
    told = [content for _, content, _ in parsed(next(slow))]
    assert told == [{"tile": "hours", "value": 3}, {"tile": "sessions", "value": 1}]


def test_only_the_last_of_several_events_has_the_id_to_resume_from() -> None:
    board = Board(hours=0, sessions=0)
    viewer = board.view()
    next(viewer)
    board.tiles |= {"hours": 1, "sessions": 1}
    first, last = parsed(next(viewer))
    assert first[2] is None and last[2] is not None


def test_who_comes_back_gets_what_was_missed() -> None:
    board = Board(hours=0, sessions=0)
    watching = board.view()
    [(_, _, last)] = parsed(next(watching))
    board.tiles["sessions"] = 9
    next(watching)
    again = board.view(last)
    assert [content for _, content, _ in parsed(next(again))] == [{"tile": "sessions", "value": 9}]


@pytest.mark.parametrize("last", ["x", "0-1", "00000000-0", "-", "\u0663"])
def test_an_unknown_id_brings_everything(last: str) -> None:
    board = Board(hours=0)
    assert parsed(next(board.view(last)))[0][0] == "snapshot"


def test_a_tile_that_is_gone_is_told_as_nothing() -> None:
    board = Board(hours=0, feed=1)
    viewer = board.view()
    next(viewer)
    del board.tiles["feed"]
    assert parsed(next(viewer))[0][1] == {"tile": "feed", "value": None}


def test_stale_figures_are_called_stale_until_they_are_fresh_again() -> None:
    board = Board(hours=0)
    viewer = board.view()
    next(viewer)
    board.away = True
    assert parsed(next(viewer))[-1] == ("beat", {"fresh": False}, None)
    board.away = False
    assert parsed(next(viewer))[-1] == ("beat", {"fresh": True}, None)


class Taking:
    """A socket that takes so many bytes of each piece without waiting."""

    def __init__(self, room: int) -> None:
        self.fd, self.room, self.taken = self, room, b""
        self.has_gone = False

    def send(self, piece: bytes) -> int:
        if self.has_gone:
            raise ConnectionResetError
        if not self.room:
            raise BlockingIOError
        self.taken += piece[:self.room]
        return min(self.room, len(piece))

    def sendall(self, piece: bytes) -> None:
        self.taken += piece


@pytest.mark.parametrize("room", [0, 7, 1_000])
def test_who_has_room_is_told_at_once_and_who_has_not_by_its_own_greenlet(room: int) -> None:
    board, sock, told = Board(hours=0), Taking(room), list[bytes]()
    viewer = board.view(sock=sock)
    told.append(next(viewer))
    watching = eventlet.spawn(lambda: deque(map(told.append, viewer)))
    board.tiles["hours"] = 5
    with eventlet.Timeout(60):
        while b'"hours", "value": 5' not in sock.taken + b"".join(told[1:]):
            eventlet.sleep(0.01)
    assert (sock.taken == b"") is (room == 0)
    if room:
        length, _, rest = sock.taken.partition(b"\r\n")
        assert len(rest) == int(length, 16) + 2 and parsed(rest[:-2])[0][1]["value"] == 5
    watching.kill()


def test_who_comes_while_the_figures_get_fresh_again_keeps_its_stream() -> None:
    board, sock = Board(hours=0), Taking(1_000)
    viewer = board.view(sock=sock)
    next(viewer)
    watching = eventlet.spawn(lambda: deque(viewer))
    eventlet.sleep(0.05)
    board.live._wake()  # as when nothing changed since it sat down
    board.tiles["hours"] = 5
    with eventlet.Timeout(60):
        while b'"value": 5' not in sock.taken:
            eventlet.sleep(0.01)
    assert b"\r\n0\r\n" not in b"\r\n" + sock.taken
    watching.kill()


def test_who_has_gone_ends_without_an_error_that_would_be_written_down() -> None:
    board, sock = Board(hours=0), Taking(1_000)
    viewer = board.view(sock=sock)
    next(viewer)
    sock.has_gone = True
    with pytest.raises(GreenletExit):
        next(viewer)
    assert board.live.viewers == 0


def test_nobody_looks_when_nobody_watches() -> None:
    board = Board(hours=0)
    viewer = board.view()
    next(viewer)
    viewer.close()  # type: ignore[attr-defined]
    eventlet.sleep(0.1)
    seen = board.looks
    eventlet.sleep(0.1)
    assert (board.looks, board.live.viewers) == (seen, 0)


def test_more_viewers_than_allowed_are_refused() -> None:
    board = Board(hours=0)
    viewers = list(islice(iter(board.view, None), 3))
    for viewer in viewers:
        next(viewer)
    with pytest.raises(Overloaded):
        board.view()
