"""The rules that can be broken by who operates messages and broadcasts, one exception each."""

from __future__ import annotations


class BrokenRule(Exception):
    """Base of all refusals of this service; `str()` is a sentence for the person (Chinese)."""


class SelfMade(BrokenRule):
    """Who drafted it does not approve it (C-17)."""

    def __init__(self) -> None:
        super().__init__("由你起草，须由其他人审核")


class UnknownActivity(BrokenRule):
    """Nothing was ever heard of the activity, or of that session of it."""

    def __init__(self) -> None:
        super().__init__("没有这个活动，或它没有这个场次，请核对编号")


class UnknownBroadcast(BrokenRule):
    """No broadcast has this id."""

    def __init__(self) -> None:
        super().__init__("没有这条群发")


class AlreadyDecided(BrokenRule):
    """Somebody decided before, or nobody did in time; `shown` is how it stands."""

    def __init__(self, shown: str) -> None:
        super().__init__(f"这条群发{shown}，不能再改变")
        self.shown = shown


class NobodyThere(BrokenRule):
    """A broadcast that would reach nobody is not drafted."""

    def __init__(self) -> None:
        super().__init__("选中的人里没有一个能收到，请改选对象")


class BadWords(BrokenRule):
    """The text may not be sent as it is (N-21); `errors` names the field and says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.errors = {field: [reason]}


class CaseworkersOnly(BrokenRule):
    """Who writes to the participants of a confidential activity must be allowed to see them."""

    def __init__(self) -> None:
        super().__init__("保密活动的群发只由个案工作人员起草和审核")
