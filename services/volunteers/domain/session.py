"""A session (场次) as far as the ledger needs it: its time as told last, and who was heard of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.session import SessionRef

Version = tuple[int, datetime]  # number of the move that told of it, and when it was told
UNTOLD: Version = (0, datetime(1970, 1, 1, tzinfo=UTC))  # what others say of it has the last word


@dataclass(frozen=True, kw_only=True)
class Session:
    """`people` are those of whom something was heard or decided; all are weighed anew when its
    time changes (C-15) or when it is cancelled (C-03).

    `awaited` until the grace after its end is over and what is missing was held (C-05); again once
    it moves or somebody new comes. `heard_at` is when it was written last.
    """

    ref: SessionRef
    version: Version
    cancelled: bool = False
    people: frozenset[str] = frozenset()
    awaited: bool = True
    heard_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class News:
    """What was told of a session: its content and version, and of whom."""

    ref: SessionRef
    version: Version
    cancelled: bool = False
    person_ref: str | None = None


def after(session: Session | None, news: Sequence[News]) -> Session:
    """The session with all that was told of it: the greatest version has the last word, in any
    order (C-13); a session that was cancelled stays so."""
    latest = max(news, key=lambda each: each.version)
    known = session or Session(ref=latest.ref, version=latest.version)
    come = {each.person_ref for each in news if each.person_ref is not None} - known.people
    is_newer = latest.version > known.version
    ref = latest.ref if is_newer else known.ref
    return Session(
        ref=ref, version=latest.version if is_newer else known.version,
        awaited=known.awaited or bool(come) or ref.ends_at != known.ref.ends_at,
        heard_at=known.heard_at,
        cancelled=known.cancelled or any(each.cancelled for each in news),
        people=known.people | come if come else known.people,
    )


def weighs_anew(before: Session, now: Session) -> bool:
    """Whether what was credited at it may be worth something else now."""
    times = (before.ref.starts_at, before.ref.ends_at, before.cancelled)
    return times != (now.ref.starts_at, now.ref.ends_at, now.cancelled)
