"""Rules of a family under one account."""

from __future__ import annotations

from services.events.domain.broken.rule import BrokenRule


class NameNeeded(BrokenRule):
    """Nobody is known by the account's telephone: whose family is it?"""

    def __init__(self) -> None:
        super().__init__("请先填写你自己的姓名")


class NameKnown(BrokenRule):
    """Somebody of age is known by the account's telephone; others join with their own."""

    def __init__(self) -> None:
        super().__init__("已经有你的姓名了，要更正请打开“我的账号”")


class NotAMinor(BrokenRule):
    """Added as a child, and of age by the birth date."""

    def __init__(self) -> None:
        super().__init__("已满十八周岁，请用本人的手机号加入")


class NotOfAge(BrokenRule):
    """Asked as an adult or as a guardian, and under eighteen by the birth date that is known."""

    def __init__(self) -> None:
        super().__init__("未满十八周岁，由监护人添加")


class OldText(BrokenRule):
    """Agreed to another version of the text than the one that holds."""

    def __init__(self, version: str) -> None:
        super().__init__(f"同意书已更新，请阅读新的版本（{version}）")
        self.errors = {"text_version": [version]}


class FamilyFull(BrokenRule):
    """More than one account may bring together."""

    def __init__(self, most: int) -> None:
        super().__init__(f"一个账号最多添加 {most} 位家人")


class LastGuardian(BrokenRule):
    """Nobody would be left who may act for the child, and nobody said that this is meant."""

    def __init__(self) -> None:
        super().__init__("你是唯一的监护人：移出以后，没有家人能替孩子办理")
        self.errors = {"sure": ["请确认你知道以后没有家人能替孩子办理"]}


class NotAChild(BrokenRule):
    """A guardian is named for somebody who needs none."""

    def __init__(self) -> None:
        super().__init__("只有未满十八周岁的家人需要监护人")
