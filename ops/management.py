"""RabbitMQ's management API, as an administrator sees it: virtual hosts, users and their rights."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlsplit

import httpx

WITHIN = 10.0  # seconds a call takes at most
_PORTS = {"http": 15672, "https": 15671}
_GONE = 404
_REFUSED = (401, 403)


class ManagementAway(ConnectionError):
    """The API did not answer."""


class ManagementRefused(ValueError):
    """The API does not do this for us; the text says what was asked and how it answered."""


class Management:
    """`https://user:password@host:port?cacertfile=…`; without a user the login given beside it.

    Every call raises ManagementAway or ManagementRefused and is safe to repeat.
    """

    def __init__(self, address: str, *, user: str = "", password: str = "") -> None:
        parts = urlsplit(address)
        self._address = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
        authorities = dict(parse_qsl(parts.query)).get("cacertfile")
        self._client = httpx.Client(
            base_url=f"{parts.scheme}://{self._address}/api/", timeout=WITHIN, trust_env=False,
            auth=(httpx.URL(address).username or user, httpx.URL(address).password or password),
            verify=ssl.create_default_context(cafile=authorities),
        )

    def get(self, *path: str) -> Any:
        """What stands there; None when nothing does."""
        return self._asked("GET", path)

    def put(self, *path: str, body: Mapping[str, Any] | None = None) -> None:
        self._asked("PUT", path, body or {})

    def delete(self, *path: str) -> None:
        """Also when it is gone already."""
        self._asked("DELETE", path)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, method: str, path: tuple[str, ...],
               body: Mapping[str, Any] | None = None) -> Any:
        where = "/".join(quote(part, safe="") for part in path)
        try:
            answer = self._client.request(method, where, json=body)
        except httpx.TransportError as fault:
            raise ManagementAway(
                f"the broker's management API at {self._address}: {fault}") from fault
        if answer.status_code == _GONE and method != "PUT":
            return None
        if answer.is_error:
            why = ("the login is not an administrator's" if answer.status_code in _REFUSED
                   else answer.text[:200])
            raise ManagementRefused(f"{method} {where} at {self._address}: "
                                    f"{answer.status_code}, {why}")
        return answer.json() if answer.content else None
