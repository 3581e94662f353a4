"""Every door of every service as a request that it takes no harm from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from kernel.web import Door
from ops.doors.callers import method_of
from ops.doors.listing import Listed
from tests.rig.house import House

PARAMETER = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<words>[^)]*)\))?:)?\w+>")


def path_of(door: Door, value: str = "x") -> str:
    """The door's path with `value` for every parameter that takes any text."""
    return filled(door.url, value)


def filled(url: str, value: str) -> str:
    """The same of a path in which some parameters may have been filled in already."""
    def chosen(match: re.Match[str]) -> str:
        if match["kind"] == "any":
            return match["words"].split(",")[0].strip()
        return "1" if match["kind"] == "int" else value
    return PARAMETER.sub(chosen, url)


@contextmanager
def knocked(house: House, one: Listed, **headers: str) -> Iterator[requests.Response]:
    """The answer of the door to an empty request; of a stream only its head."""
    url = house.address(one.service) + path_of(one.door)
    with requests.request(method_of(one.door), url, headers=headers, timeout=20, stream=True,
                          allow_redirects=False) as answer:
        yield answer
