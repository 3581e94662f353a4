"""An act at a door, on its way into the audit log: carried beside the call, not through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

Kind = Literal["changed", "read", "refused", "signed_in", "sign_in_refused", "signed_out"]
Audit = Literal["changed", "read", "none"]  # what a door says of itself


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


def current() -> Act | None:
    """What is being done in this thread or greenlet; None for facts, timers and open doors."""
    return _current.get()


@contextmanager
def acting(act: Act | None) -> Iterator[None]:
    """Inside, changes are this act's; with None they are nobody's: work done for others."""
    token = _current.set(act)
    try:
        yield
    finally:
        _current.reset(token)
