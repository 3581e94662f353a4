"""Rules of the ledger that a decision can break."""

from __future__ import annotations

from services.volunteers.domain.broken.rule import BrokenRule


class NoVoluntaryService(BrokenRule):
    """Only voluntary service is credited (C-12, Order 67 Art. 19)."""

    def __init__(self, kind: str) -> None:
        super().__init__("只有志愿服务场次可以计时长")
        self.kind = kind


class NothingDecided(BrokenRule):
    """A ruling gives either spans or minutes, and minutes are never negative (C-10)."""

    def __init__(self) -> None:
        super().__init__("请填写服务时段，或填写不小于 0 的分钟数，二者选一")


class SpansOverlap(BrokenRule):
    """A span of the ruling is empty, or two of them overlap."""

    def __init__(self) -> None:
        super().__init__("服务时段的结束须晚于开始，且互不重叠")


class LongerThanSession(BrokenRule):
    """More minutes than the session was to last (C-05, C-20)."""

    def __init__(self, minutes: int, *, most: int) -> None:
        super().__init__(f"{minutes} 分钟超过了本场次可计的 {most} 分钟")
        self.minutes, self.most = minutes, most
