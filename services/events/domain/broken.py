"""The rules that can be broken here, one exception each, carrying the values that say why."""

from __future__ import annotations

from datetime import datetime


class BrokenRule(Exception):
    """Base of all refusals of this service; `str()` is a sentence for the person (Chinese)."""


class BadParty(BrokenRule):
    """One person of a party is at fault; `errors` names which, as the door's fields are named."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"第 {place + 1} 位{reason}")
        self.place = place
        self.errors = {f"party.{place}": [reason]}


class UnknownProgramme(BrokenRule):
    """No programme has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有这个项目：{key}")
        self.key = key


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


class WrongKind(BrokenRule):
    """The programme is not of the kind that this record needs."""

    def __init__(self, key: str, *, kind: str, needed: str) -> None:
        super().__init__(f"项目 {key} 的类型是 {kind}，这里只收 {needed} 类")
        self.kind, self.needed = kind, needed


class NotOpenYet(BrokenRule):
    """Sign-up opens later."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("报名还没有开始")
        self.opens_at = opens_at


class SessionClosed(BrokenRule):
    """Too late: sign-up has ended, or the session's attendance is already final."""

    def __init__(self) -> None:
        super().__init__("这个场次已经截止")


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


class AlreadyAttended(BrokenRule):
    """The party has been at the check-in desk; it cannot cancel any more."""

    def __init__(self) -> None:
        super().__init__("已经签到，不能取消")


class NotConfirmed(BrokenRule):
    """Only a confirmed registration is let in."""

    def __init__(self, status: str) -> None:
        super().__init__("这条报名没有占到名额，不能签到")
        self.status = status


class TooEarlyToCheckIn(BrokenRule):
    """Check-in before the desk opens (C-06)."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("还没有到签到时间")
        self.opens_at = opens_at


class TooLateToCheckIn(BrokenRule):
    """Check-in after the session has ended (C-06)."""

    def __init__(self, ended_at: datetime) -> None:
        super().__init__("场次已经结束，不能再签到")
        self.ended_at = ended_at


class ScanInTheFuture(BrokenRule):
    """A scan that claims to have happened later than now."""

    def __init__(self, at: datetime) -> None:
        super().__init__("扫码时间在将来")
        self.at = at


class AlreadyCheckedIn(BrokenRule):
    """The person is inside: two gates do not admit one ticket twice unnoticed."""

    def __init__(self, since: datetime) -> None:
        super().__init__("已经签到，还没有签退")
        self.since = since


class AlreadyCheckedOut(BrokenRule):
    """The person has left and not come back."""

    def __init__(self, since: datetime) -> None:
        super().__init__("已经签退")
        self.since = since


class TooManyCheckIns(BrokenRule):
    """More check-ins on one day than the policy allows (C-08)."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"同一活动每人每天最多签到 {limit} 次")
        self.limit = limit


class NonceReused(BrokenRule):
    """This nonce was used for a scan that said something else."""

    def __init__(self, nonce: str) -> None:
        super().__init__("这个 nonce 已用于另一次扫码")
        self.nonce = nonce


class NotStarted(BrokenRule):
    """A session cannot be closed before its desk opens."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__("场次还没有开始，不能结束")
        self.opens_at = opens_at
