"""Rules about the people of a party: who they are, how old, what they may."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import local_day
from services.events.domain.broken.rule import BadParty, BrokenRule


class UnknownPerson(BadParty):
    """The party names a person_ref that nobody has; `place` is its index in the party."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "没有登记过，请填写姓名和手机号")


class UnknownReference(BrokenRule):
    """Nobody has this person_ref."""

    def __init__(self, person_ref: str) -> None:
        super().__init__("没有这个人")
        self.person_ref = person_ref


class SamePersonTwice(BadParty):
    """One party names one person twice; `place` is the index of the second."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "与前面的人相同")


class GuardianConsentNeeded(BadParty):
    """Somebody under fourteen without a guardian who could be asked (C-25)."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "未满十四周岁，请填写监护人的姓名和手机号")


class GuardianNotAllowed(BadParty):
    """The guardian is the child."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "的监护人不能是本人")


class BirthDateNeeded(BadParty):
    """The activity has an age limit and the birth date is not known: fails closed (C-25)."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "需要填写出生日期，这个活动有年龄要求")


class AgeOutsideLimits(BadParty):
    """Too young or too old on the local day of the session (C-26)."""

    def __init__(self, place: int, *, min_age: int | None, max_age: int | None) -> None:
        lower = f"满 {min_age} 周岁" if min_age is not None else ""
        upper = f"不超过 {max_age} 周岁" if max_age is not None else ""
        super().__init__(place, f"不符合年龄要求：{'、'.join(filter(None, (lower, upper)))}")


class NotQualified(BadParty):
    """The post asks for a qualification that the person does not have."""

    def __init__(self, place: int, *, needs: str) -> None:
        super().__init__(place, f"没有这个岗位所需的资格：{needs}")


class Paused(BadParty):
    """Somebody stayed away too often; there is an explanation and an appeal (C-32)."""

    def __init__(self, place: int, *, until: datetime) -> None:
        day = local_day(until)
        super().__init__(place, f"因多次未到场，{day.month}月{day.day}日前暂停报名，可以申诉")
        self.until = until


class ContactTaken(BrokenRule):
    """Somebody else is known by this name and telephone."""

    def __init__(self) -> None:
        super().__init__("已有别人用这个姓名和手机号登记")
