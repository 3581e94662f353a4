"""Rules of looks at minors' data (C-28)."""

from __future__ import annotations

from services.events.domain.broken.rule import BrokenRule


class TicketNeeded(BrokenRule):
    """A minor's data leave only with an approved ticket of the one who takes them."""

    def __init__(self) -> None:
        super().__init__("其中有未成年人，须凭已批准的查阅单导出")


class UnknownLook(BrokenRule):
    """No look with this id was asked for."""

    def __init__(self) -> None:
        super().__init__("没有这张查阅单")


class LookDecided(BrokenRule):
    """Somebody decided before."""

    def __init__(self) -> None:
        super().__init__("已经处理过")
