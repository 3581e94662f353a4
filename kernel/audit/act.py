"""An act at a door, on its way into the audit log: carried beside the call, not through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Kind = Literal["changed", "read", "refused", "signed_in", "sign_in_refused", "signed_out"]
Audit = Literal["changed", "read", "minors", "none"]  # what a door says of itself


@dataclass(kw_only=True)
class Act:
    """Who does what, where and from where.

    `by` is an account's name, "" for a caller whom we do not know; `what` the door's name, `place`
    its method and path; `code` says why something was refused. `kept` once it is written.
    """

    kind: Kind
    by: str
    what: str
    place: str
    roles: tuple[str, ...] = ()
    code: str = ""
    address: str | None = None
    correlation: str = ""
    kept: bool = False


_current: ContextVar[Act | None] = ContextVar("act", default=None)
_looking: ContextVar[Act | None] = ContextVar("looking", default=None)


def current() -> Act | None:
    """What is being done in this thread or greenlet; None for facts, timers and open doors."""
    return _current.get()


def look() -> Act | None:
    """What may be a look at somebody whose reads are kept one by one (C-28): any act of staff, and
    what is done at a door that keeps nothing else."""
    return _current.get() or _looking.get()


@contextmanager
def looking(act: Act) -> Iterator[None]:
    """Inside, nothing is kept of this act but looks that a use case names."""
    token = _looking.set(act)
    try:
        yield
    finally:
        _looking.reset(token)


@contextmanager
def acting(act: Act | None) -> Iterator[None]:
    """Inside, changes are this act's; with None they are nobody's: work done for others."""
    token = _current.set(act)
    try:
        yield
    finally:
        _current.reset(token)
