"""Rules of signing up: when, how many, how often, and what is kept of it."""

from __future__ import annotations

from datetime import datetime

from services.events.domain.broken.rule import BadParty, BrokenRule


class UnknownActivity(BrokenRule):
    """No activity has this id."""

    def __init__(self, activity_id: str) -> None:
        super().__init__("没有这个活动")
        self.activity_id = activity_id


class UnknownSession(BrokenRule):
    """No session (场次) has this id."""

    def __init__(self, session_id: str) -> None:
        super().__init__("没有这个场次")
        self.session_id = session_id


class UnknownRegistration(BrokenRule):
    """No registration has this id, or it belongs to another session."""

    def __init__(self, registration_id: str) -> None:
        super().__init__("没有这条报名")
        self.registration_id = registration_id


class UnknownPrepared(BrokenRule):
    """No party was prepared under this id, or it is too long ago."""

    def __init__(self) -> None:
        super().__init__("没有找到准备好的报名，可能已经过期")


class UnknownSeat(BadParty):
    """The session has no such kind of seat."""

    def __init__(self, place: int, *, allowed: list[str]) -> None:
        super().__init__(place, f"的席位种类不存在，可选：{'、'.join(allowed) or '不填'}")


class NotOpenYet(BrokenRule):
    """Sign-up opens later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("报名还没有开始")
        self.opens_at = opens_at


class SessionClosed(BrokenRule):
    """Too late: sign-up has ended, or the session's attendance is already final."""

    def __init__(self) -> None:
        super().__init__("这个场次已经截止")


class Full(BrokenRule):
    """No place is left and the activity keeps no line."""

    def __init__(self) -> None:
        super().__init__("名额已满，这个活动不设候补")


class OverLimit(BrokenRule):
    """A party larger than may be, or a person with as many registrations as the activity allows."""

    def __init__(self, text: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(text)
        self.errors = errors

    @classmethod
    def of_party(cls, size: int, *, limit: int) -> OverLimit:
        return cls(f"一次最多报 {limit} 人，这里有 {size} 人")

    @classmethod
    def of_person(cls, place: int, *, what: str, limit: int) -> OverLimit:
        reason = f"{what}最多报 {limit} 场"
        return cls(f"第 {place + 1} 位{reason}", {f"party.{place}": [reason]})


class AlreadyRegistered(BadParty):
    """Somebody in the party has an active registration for this session (C-49)."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "已经报过这个场次")


class Clash(BadParty):
    """Somebody is registered for another session at the same time."""

    def __init__(self, place: int) -> None:
        super().__init__(place, "同一时间已报名另一个场次")


class AlreadyAttended(BrokenRule):
    """The party has been at the check-in desk; it cannot cancel any more."""

    def __init__(self) -> None:
        super().__init__("已经签到，不能取消")


class NoWalkIns(BrokenRule):
    """The activity takes nobody at the door, or not yet, or no place has come free."""

    def __init__(self, places: int) -> None:
        none = "现在没有空出的名额，不能现场进入"
        super().__init__(f"现在现场还能进 {places} 人" if places else none)
        self.places = places


class RosterRefused(BrokenRule):
    """Some parties of a roster cannot be signed up, so none was; `errors` names their lines."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(f"名单里有 {len(errors)} 处不能报名，整份名单没有导入")
        self.errors = errors


class TooManyTries(BrokenRule):
    """More tries than a person makes; it says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"试得太频繁了，请 {seconds} 秒后再试")
        self.seconds = seconds
