"""Live figures over real sockets: each event at once, resumable, nobody waits for a slow viewer."""

from __future__ import annotations

import http.client
import json
import time
from itertools import takewhile

import requests

from tests.integration.doors.wire import connect, events, exchange
from tests.rig.process import Process
from tests.waiting import eventually


def show(echo: Process, **tiles: object) -> float:
    requests.post(f"{echo.address}/show", json={"tiles": tiles}, timeout=5)
    return time.monotonic()


def test_a_viewer_gets_a_snapshot_then_only_what_changed(echo: Process) -> None:
    viewer = events(echo)
    snapshot = next(viewer)
    assert snapshot.name == "snapshot" and {"hours", "sessions"} <= set(snapshot.content)
    shown = show(echo, hours=41)
    tile = next(event for event in viewer if event.name == "tile")
    assert tile.content == {"tile": "hours", "value": 41}
    assert tile.at - shown < 0.5


def test_events_arrive_one_by_one(echo: Process) -> None:
    viewer = events(echo)
    next(viewer)
    for value in (101, 102, 103):
        shown = show(echo, hours=value)
        tile = next(event for event in viewer if event.name == "tile")
        assert tile.content["value"] == value and tile.at - shown < 0.5


def test_a_viewer_who_comes_back_gets_what_was_missed_and_no_more(echo: Process) -> None:
    mark = f"{time.monotonic()}"
    viewer = events(echo)
    next(viewer)
    show(echo, hours=mark, sessions=mark, other=mark)
    last = next(event.id for event in viewer if event.name == "tile" and event.id)
    viewer.close()  # type: ignore[attr-defined]
    show(echo, hours=8)
    show(echo, hours=9, sessions=9)
    missed = {}
    for event in takewhile(lambda event: event.name != "beat", events(echo, last)):
        assert event.name == "tile"
        missed[event.content["tile"]] = event.content["value"]
    assert missed == {"hours": 9, "sessions": 9}


def test_an_id_of_another_process_brings_a_snapshot(echo: Process) -> None:
    for strange in ("abcdef01-3", "-1", "x", "9" * 400):
        assert next(events(echo, strange)).name == "snapshot"


def test_a_quiet_time_is_filled_with_beats(echo: Process) -> None:
    viewer = events(echo)
    next(viewer)
    beat = next(event for event in viewer if event.name == "beat")
    assert beat.content == {"fresh": True}


def test_a_viewer_who_does_not_read_delays_nobody(echo: Process) -> None:
    with connect(echo) as deaf:
        deaf.sendall(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
        deaf.recv(10)
        viewer = events(echo)
        next(viewer)
        for turn in range(6):
            shown = show(echo, long=f"{turn}" * 1_000_000)
            tile = next(event for event in viewer if event.name == "tile")
            assert tile.content["value"][0] == f"{turn}" and tile.at - shown < 1
    show(echo, long="")


def test_a_viewer_who_reads_late_gets_whole_events_and_the_newest_values(echo: Process) -> None:
    late = http.client.HTTPConnection("127.0.0.1", echo.port, timeout=10)
    late.request("GET", "/live")
    answer, quick = late.getresponse(), events(echo)
    next(quick)
    for turn in range(9):  # more than the sockets between hold
        show(echo, hours=turn, long=f"{turn}" * 700_000)
        next(event for event in quick if event.content.get("value") == turn)
    told = b"data: " + json.dumps({"tile": "hours", "value": 8}).encode() + b"\n"
    while (line := answer.readline()) != told:  # breaks off where a chunk is not as long as it says
        assert line == b"\n" or line.split(b": ", 1)[0] in (b"retry", b"id", b"event", b"data")
    late.close()
    show(echo, long="")


def test_who_asks_for_the_head_alone_gets_no_stream(echo: Process) -> None:
    asked = b"HEAD /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = exchange(echo, asked)
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n")


def test_viewers_use_up_no_workers_and_are_counted(echo: Process) -> None:
    viewers = [events(echo) for _ in range(50)]
    for viewer in viewers:
        next(viewer)
    assert requests.get(f"{echo.address}/who", timeout=2).status_code == 200
    for viewer in viewers:
        viewer.close()  # type: ignore[attr-defined]
    port = echo.environment["METRICS_BIND"]
    eventually(
        lambda: "xiangxin_viewers 0.0" in requests.get(f"http://{port}/metrics", timeout=5).text,
    )
