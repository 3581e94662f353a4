"""The public doors as a client sees them: keep-alive, staff token, safe repetition."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry


class DoorRefused(Exception):
    """A door answered with a problem: carries method, URL, status and the problem's text."""

    def __init__(self, method: str, url: str, status: int, problem: str) -> None:
        super().__init__(f"{method} {url} answered {status}: {problem}")
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Base URLs of the four services and the development staff token."""

    events: str
    volunteers: str
    notifications: str
    stats: str
    staff_token: str


def read_addresses(file: Path) -> Addresses:
    """What `xiangxin up` wrote; FileNotFoundError when nothing is running."""
    known = Addresses.__dataclass_fields__
    written = json.loads(file.read_text(encoding="utf-8"))
    return Addresses(**{name: written[name] for name in known})


class Doors:
    """Calls with the staff token. Safe to use from several threads, each has its own connection.

    A write carries an Idempotency-Key, so it is repeated without harm when the service was
    away (connection refused or 503) for up to about two minutes.
    """

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self._local = threading.local()

    def post(self, url: str, body: Mapping[str, Any], *, key: str | None) -> dict[str, Any]:
        """POST `body` once under `key`; the answer's JSON. Raises DoorRefused.

        None for a body that says itself what must not happen twice (a scan's nonce).
        """
        headers = {"Idempotency-Key": key} if key else {}
        answer: dict[str, Any] = self._call("POST", url, json=dict(body), headers=headers)
        return answer

    def get(self, url: str, **query: str) -> Any:
        """The JSON behind a GET. Raises DoorRefused."""
        return self._call("GET", url, params=query)

    def delete(self, url: str, *, key: str) -> None:
        """DELETE, once under `key`. Raises DoorRefused."""
        self._call("DELETE", url, headers={"Idempotency-Key": key})

    def _call(self, method: str, url: str, **arguments: Any) -> Any:
        answer = self._connection().request(method, url, timeout=30, **arguments)
        if answer.status_code >= 400:
            raise DoorRefused(method, url, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def _connection(self) -> requests.Session:
        if not hasattr(self._local, "connection"):
            connection = requests.Session()
            connection.trust_env = False
            connection.headers["Authorization"] = f"Bearer {self.addresses.staff_token}"
            patience = Retry(total=12, backoff_factor=0.5, backoff_max=15, status_forcelist=[503],
                             allowed_methods=None)
            connection.mount("http://", HTTPAdapter(max_retries=patience))
            self._local.connection = connection
        kept: requests.Session = self._local.connection
        return kept
