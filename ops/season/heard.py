"""The published figures of 马路天使 once more, worked out of the feed as another system would."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.settings import Settings, read
from kernel.transaction import Transactions
from ops.addresses import read as read_all
from ops.addresses import servers
from ops.season.check import Line
from ops.season.published import Published
from services.city.store import Store
from services.city.usecases.subscribing import Register, drafted, forget, keep_new

PROGRAMME = "road-angels"
NAME = "season-check"
FACTS = ("events.attendance_recorded.v1", "events.session_closed.v1",
         "volunteers.hours_credited.v1", "volunteers.hours_corrected.v1")
LIMIT, WAIT = 1_000, 5


class Account:
    """What was heard, kept so that a fact that comes twice counts once; docs/subscribing.md says
    which figure is from which facts."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str, str], str] = {}
        self._minutes: dict[str, int] = {}
        self._reversed: set[str] = set()
        self._served: dict[str, int] = {}

    def take(self, fact: Mapping[str, Any]) -> None:
        data = fact["data"]
        if data["session"]["programme"] != PROGRAMME:
            return
        session_id = data["session"]["session_id"]
        if fact["type"] == FACTS[0]:
            who = (session_id, data["registration_id"], data["person_ref"])
            self._states[who] = data["state"]
        elif fact["type"] == FACTS[1]:
            self._served[session_id] = data["served_count"] or 0
        elif fact["type"] == FACTS[2]:
            self._minutes[data["entry_id"]] = data["minutes"]
        else:
            self._reversed.add(data["reverses"])

    def figures(self) -> dict[str, int]:
        """By the names under which they were published."""
        minutes = sum(one for entry, one in self._minutes.items() if entry not in self._reversed)
        return {
            "attendances": list(self._states.values()).count("present"), "minutes": minutes,
            "hours": minutes // 60, "served_reported": sum(self._served.values()),
        }


def heard(published: Published, file: Path, *, patience: float = 60.0,
          now: Callable[[], float] = time.monotonic) -> list[Line]:
    """Reads the feed of the `xiangxin up` that wrote the file, until all is equal or nothing new
    came for `patience` seconds. Raises requests' errors."""
    account, position = Account(), 0
    with _subscribed(file) as token, requests.Session() as door:
        door.headers["Authorization"] = f"Bearer {token}"
        url, heard_at = f"{read_all(file).city}/feed", now()
        while True:
            query: dict[str, str | int] = {
                "after": position, "limit": LIMIT, "wait": WAIT, "facts": ",".join(FACTS)}
            answer = door.get(url, params=query, timeout=60)
            answer.raise_for_status()
            page = answer.json()
            for one in page["facts"]:
                account.take(one["fact"])
            position, heard_at = page["next"], now() if page["facts"] else heard_at
            lines = list(_lines(published, account))
            if not page["more"] and (all(one.equal for one in lines)
                                     or now() - heard_at > patience):
                return lines


@contextmanager
def _subscribed(file: Path) -> Iterator[str]:
    """The token of a subscriber of the feed alone, for as long as it is needed."""
    settings = read(Settings, {**servers(file), **os.environ})
    database, token = open_database(settings, "city"), secrets.token_urlsafe(32)
    register = Register(store=Store.on(database), clock=system_clock, transactions=Transactions(
        database, source="/xiangxin/city", clock=system_clock))
    if register.store.subscribers.of(NAME):
        forget(register, NAME)  # of a check that was cut off
    keep_new(register, drafted(register, NAME, FACTS, token=token, most_connections=1,
                               queue_megabytes=1))
    try:
        yield token
    finally:
        forget(register, NAME)
        database.client.close()


def _lines(published: Published, account: Account) -> Iterator[Line]:
    figures = account.figures()
    for name, figure in published.figures[PROGRAMME].items():
        yield Line(programme=PROGRAMME, name=name, published=figure, platform=figures[name])
