"""Facts about sessions (场次): scheduled, moved, drawn, closed, cancelled."""

from __future__ import annotations

from datetime import datetime

from ..event import Fact, fact
from ..session import SessionRef


@fact("events.session_scheduled.v1", subject="session/{session.session_id}")
class SessionScheduled(Fact):
    """A session was put on the calendar with a number of places.

    排定了一个场次及其名额。
    """

    session: SessionRef
    capacity: int


@fact("events.session_moved.v1", subject="session/{session.session_id}")
class SessionMoved(Fact):
    """A session has another time, place or number of places; `session` is as it is now.

    场次的时间、地点或名额有变；session 为变更后的内容。
    """

    session: SessionRef
    capacity: int
    was_starts_at: datetime
    was_ends_at: datetime


@fact("events.session_cancelled.v1", subject="session/{session.session_id}")
class SessionCancelled(Fact):
    """A session will not take place; each of its sign-ups is told as cancelled as well.

    场次取消；其每条报名另有取消通知。
    """

    session: SessionRef


@fact("events.session_closed.v1", subject="session/{session.session_id}")
class SessionClosed(Fact):
    """A session closed, with what its organiser reported; what was not reported is null, never 0.

    场次关闭并附组织者上报数；未上报为空，不记作 0。
    """

    session: SessionRef
    present: int
    absent: int
    served_count: int | None = None
    served_method: str | None = None
    served_reported_by: str | None = None
    audience_online: int | None = None
    audience_source: str | None = None


@fact("events.crew_short.v1", subject="session/{session.session_id}")
class CrewShort(Fact):
    """Shortly before a shift fewer people than needed have a place.

    班次临近，到岗人数不足。
    """

    session: SessionRef
    needed: int
    confirmed: int


@fact("events.draw_committed.v1", subject="draw/{session.session_id}")
class DrawCommitted(Fact):
    """Places will be drawn; the seed is fixed now and published by its SHA-256 alone.

    将以抽签分配名额；种子已定，先公布其 SHA-256。
    """

    session: SessionRef
    seed_sha256: str


@fact("events.draw_held.v1", subject="draw/{session.session_id}")
class DrawHeld(Fact):
    """The draw took place; with seed and list anybody can work its order out again.

    抽签完成；任何人可凭种子和名单复算。
    """

    session: SessionRef
    seed_sha256: str
    seed: str
    list_sha256: str
    entries: int
    seated: int
