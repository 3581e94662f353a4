"""Rules about absences (缺席): excuse, appeal, decision."""

from __future__ import annotations

from services.events.domain.broken.rule import BrokenRule


class UnknownNoShow(BrokenRule):
    """No absence (缺席) with this id was recorded."""

    def __init__(self, no_show_id: str) -> None:
        super().__init__("没有这条缺席记录")
        self.no_show_id = no_show_id


class AlreadyExcused(BrokenRule):
    """The absence does not count any more: there is nothing to excuse or to appeal against."""

    def __init__(self) -> None:
        super().__init__("这条缺席已经免责")


class AlreadyAppealed(BrokenRule):
    """An absence is appealed against once; what was decided by a person stays."""

    def __init__(self) -> None:
        super().__init__("这条缺席已经申诉过")


class NotAppealed(BrokenRule):
    """There is no open appeal to decide on."""

    def __init__(self) -> None:
        super().__init__("这条缺席没有待处理的申诉")
