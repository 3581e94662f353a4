"""Readiness: what this process needs from others, looked at on demand."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import eventlet

from kernel.broker import drop, open_connection
from kernel.mongo import ping

Check = Callable[[], None]
_FRESH_FOR = 1.0  # seconds; probes and monitors together cause one look


class Readiness:
    """Named checks; each raises when its part is not there. `look` is safe from many greenlets.

    A check that is not `needed` is told but does not make the process unready: sign-ups go on
    without a broker, the outbox keeps what is to be told.
    """

    def __init__(self) -> None:
        self._checks: dict[str, tuple[Check, bool]] = {}
        self._seen: tuple[float, bool, dict[str, str]] = (float("-inf"), False, {})

    def add(self, name: str, check: Check, *, needed: bool = True) -> None:
        """A check under a name; the same name again replaces it."""
        self._checks[name] = (check, needed)

    def look(self) -> tuple[bool, dict[str, str]]:
        """Whether all that is needed is there, and per name "ok" or what is wrong."""
        at, ready, parts = self._seen
        if monotonic() - at > _FRESH_FOR:
            checks = dict(self._checks)
            looks = {name: eventlet.spawn(_look, check) for name, (check, _) in checks.items()}
            parts = {name: thread.wait() for name, thread in looks.items()}
            ready = all(parts[name] == "ok" for name, (_, needed) in checks.items() if needed)
            self._seen = (monotonic(), ready, parts)
        return ready, parts


def _look(check: Check) -> str:
    try:
        with eventlet.Timeout(4.0):
            check()
        return "ok"
    except eventlet.Timeout:
        return "no answer"
    except Exception as exc:
        return type(exc).__name__


def database_answers(database: Any) -> Check:
    """The database answers a ping."""
    return lambda: ping(database, within=2.0)


def broker_answers(uri: str) -> Check:
    """The broker lets us in; the connection is dropped at once."""
    return lambda: drop(open_connection(uri, patience=2.0))
