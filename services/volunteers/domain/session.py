"""A session (场次) as far as the ledger needs it: its time as told last, and who was heard of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from contracts.session import SessionRef

Version = tuple[int, datetime]  # number of the move that told of it, and when it was told
UNTOLD: Version = (0, datetime(1970, 1, 1, tzinfo=UTC))  # what others say of it has the last word


@dataclass(frozen=True, kw_only=True)
class Session:
    """`people` are those of whom something was heard or decided; all are weighed anew when its
    time changes (C-15) or when it is cancelled (C-03)."""

    ref: SessionRef
    version: Version
    cancelled: bool = False
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class News:
    """What was told of a session: its content and version, and of whom."""

    ref: SessionRef
    version: Version
    cancelled: bool = False
    person_ref: str | None = None


def after(session: Session | None, news: News) -> Session:
    """The session with the news: the greatest version has the last word, in any order (C-13); a
    session that was cancelled stays so."""
    known = session or Session(ref=news.ref, version=news.version)
    if news.version > known.version:
        known = replace(known, ref=news.ref, version=news.version)
    if news.cancelled:
        known = replace(known, cancelled=True)
    if news.person_ref is not None:
        known = replace(known, people=known.people | {news.person_ref})
    return known


def weighs_anew(before: Session, now: Session) -> bool:
    """Whether what was credited at it may be worth something else now."""
    times = (before.ref.starts_at, before.ref.ends_at, before.cancelled)
    return times != (now.ref.starts_at, now.ref.ends_at, now.cancelled)
