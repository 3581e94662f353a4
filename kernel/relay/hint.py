"""The hint that something was told: a change stream on the outbox. The sweep stays the truth."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo.change_stream import CollectionChangeStream
from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel.outbox import OUTBOX

log = logging.getLogger(__name__)

_INSERTS: Sequence[Mapping[str, Any]] = [
    {"$match": {"operationType": "insert"}},
    {"$project": {"_id": 1}},
]
_REOPEN_AFTER = 5.0  # seconds without hints after the stream failed


class Hint:
    """Wakes the relay when a row was committed, or when the time is up; never raises.

    A stream that missed nothing since the last look is kept; after a busy stretch it is opened
    anew, because it would only repeat what was already carried.
    """

    def __init__(self, database: Database[dict[str, Any]], *, within: float) -> None:
        self._outbox = database[OUTBOX]
        self._within = within
        self._stream: CollectionChangeStream[dict[str, Any]] | None = None
        self._closed_until = 0.0

    def begin(self) -> bool:
        """Make sure that the stream is open; True when it was opened now, so that one more sweep
        must come before waiting."""
        if self._stream is not None or time.monotonic() < self._closed_until:
            return False
        try:
            self._stream = self._outbox.watch(
                _INSERTS, max_await_time_ms=int(self._within * 1000), batch_size=100
            )
        except PyMongoError as error:
            self._failed(error)
            return False
        return True

    def wait(self, stop: threading.Event) -> None:
        """Returns when something was told, or after `within` seconds."""
        if self._stream is None:
            stop.wait(self._within)
            return
        try:
            self._stream.try_next()
        except PyMongoError as error:
            self._failed(error)

    def stale(self) -> None:
        """A busy stretch has passed: forget the stream."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(PyMongoError):
                stream.close()

    def _failed(self, error: PyMongoError) -> None:
        log.info("%s: only sweeping (%s)", self._outbox.full_name, type(error).__name__)
        self.stale()
        self._closed_until = time.monotonic() + _REOPEN_AFTER
