"""Facts about programmes and what needs no sign-up: visits, redemptions, work items."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ..event import Fact, fact


@fact("events.programme_published.v1", subject="programme/{programme}")
class ProgrammePublished(Fact):
    """A programme was published, or what is public about it changed.

    发布了一个项目，或其公开内容有变化。
    """

    programme: str
    title: str
    wing: str
    owner: str
    kind: str
    confidential: bool = False
    counts_households: bool = False


@fact("events.visit_recorded.v1", subject="visit/{visit_id}")
class VisitRecorded(Fact):
    """A household was visited.

    慰问了一户家庭。
    """

    visit_id: str
    programme: str
    street: str
    household_ref: str
    day: date


@fact("events.redemption_recorded.v1", subject="redemption/{redemption_id}")
class RedemptionRecorded(Fact):
    """A person used a benefit at a service window.

    一人在服务窗口享受了一次优惠。
    """

    redemption_id: str
    programme: str
    window: str
    street: str
    person_ref: str
    at: datetime


@fact("events.work_item_recorded.v1", subject="work-item/{item_id}")
class WorkItemRecorded(Fact):
    """An item of a programme's work list was opened or done.

    工作清单中的一项立项或办结。
    """

    item_id: str
    programme: str
    category: str
    state: Literal["open", "done"]
    due_on: date | None = None
    day: date
