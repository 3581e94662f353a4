"""Rules for those who organise: sessions changed, closed and listed."""

from __future__ import annotations

from datetime import datetime

from services.events.domain.broken.rule import BrokenRule


class UnknownPool(BrokenRule):
    """The session has no such pool of places."""

    def __init__(self, unknown: list[str], *, known: list[str]) -> None:
        reason = f"没有这个 pool：{'、'.join(unknown)}；可选：{'、'.join(known) or '无'}"
        super().__init__(reason)
        self.errors = {f"pools.{each}": [reason] for each in unknown}


class BelowTaken(BrokenRule):
    """Fewer places than persons who have one."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"已有 {taken} 人占到名额，名额不能少于这个数")
        self.taken = taken


class WouldNeverStart(BrokenRule):
    """A session is moved so that it would have started already, or would end before it starts."""

    def __init__(self) -> None:
        super().__init__("新的时间要晚于现在，结束要晚于开始")


class NotStarted(BrokenRule):
    """A session cannot be closed before its desk opens."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("场次还没有开始，不能结束")
        self.opens_at = opens_at


class RangeTooLarge(BrokenRule):
    """More sessions than one sheet holds: nothing is left out in silence."""

    def __init__(self, most: int) -> None:
        super().__init__(f"超过 {most} 个场次，请缩短时间范围或选一个项目")
        self.most = most
