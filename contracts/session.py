"""The session (场次) as every fact refers to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SessionRef:
    """One session (场次) of an activity, with what a listener needs to act without asking back.
    Title and place are null when the activity is confidential.

    活动的一个场次，含听者无须回问即可处理的内容；保密活动的名称和地点为空。
    """

    session_id: str
    activity_id: str
    programme: str
    kind: str
    street: str
    starts_at: datetime
    ends_at: datetime
    title: str | None = None
    place: str | None = None
    confidential: bool = False
