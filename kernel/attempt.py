"""Attempts: one unit of work tried in a database transaction, again while it may succeed."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import pymongo
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from kernel.crash import crash_point
from kernel.mongo import SAFE, Unavailable, is_unavailable, translate

T = TypeVar("T")

_DUPLICATE_KEY = 11000
_WRITE_CONFLICT = 112
_NO_SUCH_TRANSACTION = 251
_ABORT_WITHIN = 0.5  # seconds after the deadline in which the server is told to forget the attempt
_LONGEST_PAUSE = 0.25


class LostRace(Exception):
    """Another transaction was first at a document of the kernel; the next attempt sees it."""


class Atomic(Protocol):
    """Runs work with a session so that all of it is kept or nothing; `until` is monotonic time."""

    def __call__(self, work: Callable[[ClientSession | None], T], *, until: float) -> T: ...


class Sessions:
    """Atomic work in a server transaction: snapshot reads, majority and journal at commit.

    A server that is too busy to answer does not hear of the end of an attempt either, and keeps
    what it changed from everybody until its own limit, a minute by default. So the session of an
    attempt that failed is the session of the next one, here or of another caller: with the next
    transaction of a session the server forgets the one before.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._client = database.client
        self._failed: deque[ClientSession] = deque()

    def __call__(self, work: Callable[[ClientSession | None], T], *, until: float) -> T:
        session = self._session()
        try:
            result = _attempt(session, work, until)
        except BaseException:
            try:
                _abort(session)
            finally:
                self._failed.append(session)
            raise
        session.end_session()
        return result

    def _session(self) -> ClientSession:
        """The one that waits longest for its end, or a new one."""
        try:
            return self._failed.popleft()
        except IndexError:
            return self._client.start_session()


def _attempt(session: ClientSession, work: Callable[[ClientSession | None], T], until: float) -> T:
    session.start_transaction(ReadConcern("snapshot"), SAFE)
    with pymongo.timeout(_left(until)):
        result = work(session)
    crash_point("transaction.before_commit")
    if time.monotonic() >= until:  # a commit that has no time left is in doubt, an abort is not
        raise Unavailable("the work took longer than it may")
    _commit(session, until)
    crash_point("transaction.after_commit")
    return result


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0.001)


def _commit(session: ClientSession, until: float) -> None:
    """Asks again while the answer is lost. Raises Unavailable when it stays unknown.

    A server that says it never heard of the transaction may be one that came back after it had
    committed: that is "unknown" too, and not a reason to do the work a second time.
    """
    while True:
        try:
            with pymongo.timeout(_left(until)):
                session.commit_transaction()
                return
        except PyMongoError as error:
            if isinstance(error, OperationFailure) and error.code == _NO_SUCH_TRANSACTION:
                raise Unavailable("whether the change was kept is unknown") from error
            unknown = error.has_error_label("UnknownTransactionCommitResult")
            if not unknown:
                raise
            if time.monotonic() >= until:
                raise Unavailable("whether the change was kept is unknown") from error


def _abort(session: ClientSession) -> None:
    if not session.in_transaction:
        return
    try:
        with pymongo.timeout(_ABORT_WITHIN):
            session.abort_transaction()
    except PyMongoError:
        pass  # the session's next transaction ends it


@contextmanager
def first_come() -> Iterator[None]:
    """Around writes to the kernel's own documents: a duplicate there is a lost race."""
    try:
        yield
    except DuplicateKeyError as error:
        raise LostRace from error
    except BulkWriteError as error:
        codes = {fault.get("code") for fault in error.details.get("writeErrors", ())}
        if codes != {_DUPLICATE_KEY}:
            raise
        raise LostRace from error


def _may_succeed_again(error: Exception) -> bool:
    if isinstance(error, LostRace):
        return True
    if not isinstance(error, PyMongoError):
        return False
    conflict = isinstance(error, OperationFailure) and error.code == _WRITE_CONFLICT
    return conflict or error.has_error_label("TransientTransactionError")


def until_committed(atomic: Atomic, work: Callable[[ClientSession | None], T], within: float) -> T:
    """The work's result once it is committed; work is called anew for each attempt.

    Raises Unavailable when no attempt succeeded within the seconds, and whatever else the work
    raises as it is (nothing of it is then kept).
    """
    until = time.monotonic() + within
    pause = 0.002
    while True:
        try:
            return atomic(work, until=until)
        except Exception as error:
            if not _may_succeed_again(error):
                if is_unavailable(error):
                    raise translate(error) from error
                raise
            if time.monotonic() + pause >= until:
                raise _given_up(error) from error
        time.sleep(random.uniform(pause / 2, pause))  # nosec B311 # spreads tries, hides nothing
        pause = min(pause * 2, _LONGEST_PAUSE)


def _given_up(error: Exception) -> Unavailable:
    if is_unavailable(error):
        return Unavailable(f"database not reachable: {type(error).__name__}")
    return Unavailable("others kept changing the same documents")
