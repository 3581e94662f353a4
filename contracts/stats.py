"""Facts told by the stats service: a brief (简报) was published."""

from __future__ import annotations

from datetime import date

from .event import Fact, fact


@fact("stats.brief_published.v1", subject="brief/{brief}")
class BriefPublished(Fact):
    """An edition of a brief was signed and is never changed from now on (C-47); a later edition of
    the same brief is a revision. Its text is at `/api/briefs/published/{serial}`. `hash` is the
    SHA-256, in hexadecimal, of what was signed as canonical JSON; `previous` that of the edition
    before, whichever brief it was of. Whoever keeps it can tell later whether anything was altered.

    一份简报已签发，此后不再改动；同一简报的后续版本为修订。留存摘要者可据以发现内容是否被改动。
    """

    brief: str
    edition: int
    serial: int
    template: str
    since: date
    as_of: date
    hash: str
    previous: str
