"""Every door that takes a sheet, given what is none or means harm: refused in words, soon, and
nobody outside is asked for anything."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kernel.sheets.formats import KINDS
from kernel.web.uploads import MULTIPART
from ops.doors.callers import method_of
from ops.doors.listing import Listed, doors
from tests.integration.doors.bombs import File, files, in_a_form
from tests.integration.doors.knocking import filled
from tests.integration.events.asking import published
from tests.integration.events.attacking import kept
from tests.rig.house import ALL, House, open_house

UPLOADS = [one for one in doors() if set(one.door.accepts) & {MULTIPART, *KINDS.values()}]
SOON = 30.0  # seconds on a full machine; without limits some of these take minutes
GROWTH = 150  # MiB
IN_WORDS = {"unreadable_file", "invalid_input", "import_refused", "bad_form", "too_large"}
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(mongodb_uri, tmp_path_factory.mktemp("uploads")) as opened:
        yield opened


@pytest.fixture(scope="module")
def session_id(house: House) -> str:
    """One that takes sign-ups: a file for an unknown one is not looked at."""
    return str(published(house.address("events"))["sessions"][0]["id"])


@pytest.fixture(scope="module")
def outside() -> Iterator[socket.socket]:
    """Somebody whom no file may have us ask for anything."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def sent(house: House, one: Listed, session_id: str, given: File) -> requests.Response:
    """What the door answers; a page's form has the file in a field."""
    _, ending, raw = given
    url = one.door.url.replace("<string:session_id>", session_id)
    kind = KINDS[ending]
    if MULTIPART in one.door.accepts:
        kind, raw = in_a_form(f"x.{ending}", raw, [("action", "check")])
    return requests.request(
        method_of(one.door), house.address(one.service) + filled(url, "x"), data=raw,
        headers={**ALL, **HERE, "Content-Type": kind}, timeout=120)


def fault(answer: requests.Response, seconds: float) -> str | None:
    """What is wrong with the answer; None when the file was looked at and refused in words."""
    if seconds > SOON:
        return f"after {seconds:.0f} s"
    if answer.headers["Content-Type"].startswith("text/html"):
        return None if answer.status_code == 422 else f"{answer.status_code} as a page"
    code = answer.json().get("code")
    is_refused = answer.status_code in (400, 413, 422) and code in IN_WORDS
    return None if is_refused else f"{answer.status_code} {code}"


def most_mebibytes(house: House, service: str) -> int:
    """The most that the process has had in memory so far."""
    status = Path(f"/proc/{house.processes[service].pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024


@pytest.mark.slow
@pytest.mark.parametrize("thrift", [6, pytest.param(1, marks=pytest.mark.chaos)])
@pytest.mark.parametrize("one", UPLOADS, ids=lambda one: one.address)
def test_no_file_breaks_a_door_that_takes_sheets(house: House, session_id: str, one: Listed,
                                                 outside: socket.socket, thrift: int) -> None:
    """Those that would take longest, and of the others one in so many at each door."""
    before, had = kept(house.database(one.service)), most_mebibytes(house, one.service)
    found, there = {}, list(files(f"http://127.0.0.1:{outside.getsockname()[1]}/x"))
    turn = UPLOADS.index(one) % thrift
    for given in (each for number, each in enumerate(there)
                  if each[0].endswith("without end") or number % thrift == turn):
        began = time.monotonic()
        answer = sent(house, one, session_id, given)
        if told := fault(answer, time.monotonic() - began):
            found[given[0]] = f"{told} {answer.text[:100]}"
    assert not found
    assert kept(house.database(one.service)) == before
    assert most_mebibytes(house, one.service) - had < GROWTH
    with pytest.raises(BlockingIOError):
        outside.accept()


def test_doors_that_take_sheets_are_found() -> None:
    assert {one.service for one in UPLOADS} == {"events", "volunteers"} and len(UPLOADS) >= 3
