"""One call to a receiver: looked up once, pinned, within a time for the whole of it, never led on.

The connection goes to an address that was looked at, under the name that the receiver has: urllib3
is told the address as host and the name as `server_hostname`, which is what the certificate is
held against (`assert_hostname` would switch that check of ssl's own off). At this level it reads no
proxy from the environment and follows no redirect.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from threading import Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from services.city.domain.broken import NotOutside, WrongUrl
from services.city.domain.place import Network, Place, Resolve, outside, place_of

CONNECT_WITHIN = 5.0  # seconds
WITHIN = 15.0  # seconds for the whole call, however slowly the answer drips
MOST_READ = 4096  # bytes of the answer
MOST_ADDRESSES = 3  # of one name that are tried
USER_AGENT = "xiangxin-webhooks"
GONE = 410


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a call: a status, or 0 with `error` in words. `body` is its beginning; `wish` is
    how long the receiver wants to be left alone."""

    status: int = 0
    body: str = ""
    error: str = ""
    wish: timedelta | None = None
    took: float = 0.0

    @property
    def is_success(self) -> bool:
        return not self.error


def lookup(host: str, port: int) -> list[str]:
    """The addresses of a name, by the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class TooSlow(TimeoutError):
    """There was no whole answer in time."""


class Caller:
    """Makes calls. Safe from many threads. `within` is for tests that have less time."""

    def __init__(self, networks: Sequence[Network] = (), *, ca_file: Path | None = None,
                 resolve: Resolve = lookup, within: float = WITHIN) -> None:
        self._networks, self._resolve, self._within = tuple(networks), resolve, within
        self._tls = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)

    def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST it once. Never raises what a receiver or the network can bring about."""
        began = time.monotonic()
        try:
            answer = self._called(place_of(url), body, headers, began)
        except (WrongUrl, NotOutside) as refused:
            answer = Answer(error=f"not called: {refused}")
        except (OSError, HTTPError, HTTPException, ValueError) as fault:
            answer = Answer(error=_in_words(fault))
        return Answer(status=answer.status, body=answer.body, error=answer.error, wish=answer.wish,
                      took=time.monotonic() - began)

    def _called(self, place: Place, body: bytes, headers: Mapping[str, str],
                began: float) -> Answer:
        addresses = outside(place, self._resolve, self._networks)
        connection = self._connected(place, addresses, began)
        opened = connection.sock  # urllib3 lets go of it while the answer is still read
        with _Deadline(lambda: opened, began + self._within) as deadline:
            try:
                return _asked(connection, place, body, headers)
            except (OSError, HTTPError, HTTPException):
                if deadline.passed:
                    raise TooSlow from None
                raise
            finally:
                deadline.check()

    def _connected(self, place: Place, addresses: Sequence[str], began: float) -> HTTPConnection:
        """A connection to the first of the addresses that takes one."""
        last: Exception = OSError("no address")
        until = began + min(CONNECT_WITHIN, self._within)
        for address in addresses[:MOST_ADDRESSES]:
            connection = self._connection(place, address, until - time.monotonic())
            try:
                self._connect(connection, until)
                return connection
            except (OSError, HTTPError) as fault:
                connection.close()
                last = fault
            if time.monotonic() >= until:
                break
        raise last

    def _connect(self, connection: HTTPConnection, until: float) -> None:
        """A handshake may drip as an answer does."""
        if not isinstance(connection, HTTPSConnection):
            return connection.connect()
        with _Deadline(partial(getattr, connection, "sock"), until):
            return connection.connect()

    def _connection(self, place: Place, address: str, seconds: float) -> HTTPConnection:
        timeout = max(seconds, 0.05)
        if place.scheme == "http":
            return HTTPConnection(address, place.port, timeout=timeout)
        return HTTPSConnection(address, place.port, timeout=timeout, ssl_context=self._tls,
                               server_hostname=place.host)


class _Deadline:
    """Cuts a connection when its time is up, whatever another thread waits for in it."""

    def __init__(self, opened: Callable[[], socket.socket | None], until: float) -> None:
        self._opened, self.passed = opened, False
        self._timer = Timer(max(until - time.monotonic(), 0.0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def check(self) -> None:
        """Raises TooSlow when it was cut, however whole the answer looks."""
        if self.passed:
            raise TooSlow

    def _cut(self) -> None:
        self.passed = True
        if (opened := self._opened()) is not None:
            with suppress(OSError):
                socket.socket.shutdown(opened, socket.SHUT_RDWR)  # TLS says no goodbye


def _asked(connection: HTTPConnection, place: Place, body: bytes,
           headers: Mapping[str, str]) -> Answer:
    connection.timeout = None  # from here on the deadline alone counts
    if connection.sock is not None:
        connection.sock.settimeout(None)
    sent = {"Host": place.authority, "User-Agent": USER_AGENT, "Accept-Encoding": "identity",
            "Connection": "close", **headers}
    try:
        connection.request("POST", place.target, body=body, headers=sent, preload_content=False,
                           decode_content=False, enforce_content_length=False)
        response = connection.getresponse()
        read = response.read(MOST_READ, decode_content=False)
        return _answer(response, read.decode("utf-8", "replace"))
    finally:
        connection.close()


def _answer(response: BaseHTTPResponse, body: str) -> Answer:
    status = response.status
    if 200 <= status < 300:
        return Answer(status=status, body=body)
    if 300 <= status < 400:
        return Answer(status=status, body=body, error=f"answered {status}, a way elsewhere, which "
                      "is not followed: set the address where it is to be called")
    return Answer(status=status, body=body, error=f"answered {status}",
                  wish=_wish(response.headers.get("Retry-After")))


def _wish(text: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
          ) -> timedelta | None:
    """How long to wait, as seconds or as a date; None for what is neither, or over."""
    if text is None:
        return None
    try:
        wish = (timedelta(seconds=int(text)) if text.strip().isdecimal()
                else parsedate_to_datetime(text) - now())
    except (ValueError, TypeError, OverflowError):
        return None
    return wish if wish > timedelta() else None


def _in_words(fault: Exception) -> str:
    """What went wrong, without what only a programmer understands."""
    if isinstance(fault, TooSlow):
        return "no whole answer within the time"
    if isinstance(fault, TimeoutError):
        return "no connection within the time"
    if isinstance(fault, socket.gaierror):
        return f"its name is not known: {fault.strerror}"
    cause = fault.__cause__ or fault.__context__
    if isinstance(fault, HTTPError) and isinstance(cause, OSError):
        return _in_words(cause)
    return f"{type(fault).__name__}: {fault}"[:300]
