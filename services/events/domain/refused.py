"""Broken rules of sign-up beyond those of a full session: line, approval, consent, draw, change."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import local_day
from services.events.domain.broken import BadParty, BrokenRule


class Full(BrokenRule):
    """No place is left and the activity keeps no line."""

    def __init__(self) -> None:
        super().__init__("名额已满，这个活动不设候补")


class Clash(BadParty):
    """Somebody is registered for another session at the same time."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "同一时间已报名另一个场次")


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


class GuardianNotAllowed(BadParty):
    """The guardian is the child."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "的监护人不能是本人")


class UnknownSeat(BadParty):
    """The session has no such kind of seat."""

    def __init__(self, place: int, *, allowed: list[str]) -> None:
        super().__init__(place, f"的席位种类不存在，可选：{'、'.join(allowed) or '不填'}")


class UnknownPool(BrokenRule):
    """The session has no such pool of places."""

    def __init__(self, unknown: list[str], *, known: list[str]) -> None:
        reason = f"没有这个 pool：{'、'.join(unknown)}；可选：{'、'.join(known) or '无'}"
        super().__init__(reason)
        self.errors = {f"pools.{each}": [reason] for each in unknown}


class NotQualified(BadParty):
    """The post asks for a qualification that the person does not have."""

    def __init__(self, place: int, *, needs: str) -> None:
        super().__init__(place, f"没有这个岗位所需的资格：{needs}")


class OfferExpired(BrokenRule):
    """Nothing is offered to this registration (any more)."""

    def __init__(self) -> None:
        super().__init__("这个名额的保留时间已过")


class NotPending(BrokenRule):
    """The registration does not wait for this decision."""

    def __init__(self, status: str) -> None:
        super().__init__("这条报名现在不需要这个决定")
        self.status = status


class PartialApproval(BrokenRule):
    """A party is approved or refused as a whole."""

    def __init__(self) -> None:
        super().__init__("一起报名的人要么一起通过，要么一起不通过")


class UnknownConsent(BrokenRule):
    """No question to a guardian is open under this code; the same for wrong, old and spent ones."""

    def __init__(self) -> None:
        super().__init__("没有找到，请检查短信里的同意码")


class NotADraw(BrokenRule):
    """The session's places are not drawn."""

    def __init__(self) -> None:
        super().__init__("这个场次不抽签")


class DrawNotDue(BrokenRule):
    """Entries are still taken."""

    def __init__(self, closes_at: datetime) -> None:
        super().__init__("报名还没有截止，不能抽签")
        self.closes_at = closes_at


class DrawAlreadyHeld(BrokenRule):
    """A draw is held once."""

    def __init__(self) -> None:
        super().__init__("已经抽过签")


class BelowTaken(BrokenRule):
    """Fewer places than persons who have one."""

    def __init__(self, taken: int) -> None:
        super().__init__(f"已有 {taken} 人占到名额，名额不能少于这个数")
        self.taken = taken


class WouldNeverStart(BrokenRule):
    """A session is moved so that it would have started already, or would end before it starts."""

    def __init__(self) -> None:
        super().__init__("新的时间要晚于现在，结束要晚于开始")


class NoWalkIns(BrokenRule):
    """The activity takes nobody at the door, or not yet, or no place has come free."""

    def __init__(self, places: int) -> None:
        none = "现在没有空出的名额，不能现场进入"
        super().__init__(f"现在现场还能进 {places} 人" if places else none)
        self.places = places


class Paused(BadParty):
    """Somebody stayed away too often; there is an explanation and an appeal (C-32)."""

    def __init__(self, place: int, *, until: datetime) -> None:
        day = local_day(until)
        super().__init__(place, f"因多次未到场，{day.month}月{day.day}日前暂停报名，可以申诉")
        self.until = until


class RangeTooLarge(BrokenRule):
    """More sessions than one sheet holds: nothing is left out in silence."""

    def __init__(self, most: int) -> None:
        super().__init__(f"超过 {most} 个场次，请缩短时间范围或选一个项目")
        self.most = most


class RosterRefused(BrokenRule):
    """Some parties of a roster cannot be signed up, so none was; `errors` names their lines."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(f"名单里有 {len(errors)} 处不能报名，整份名单没有导入")
        self.errors = errors


class UnknownPrepared(BrokenRule):
    """No party was prepared under this id, or it is too long ago."""

    def __init__(self) -> None:
        super().__init__("没有找到准备好的报名，可能已经过期")


class TooManyTries(BrokenRule):
    """More tries than a person makes; it says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"试得太频繁了，请 {seconds} 秒后再试")
        self.seconds = seconds
