"""Rules at the desk: tickets and scans."""

from __future__ import annotations

from datetime import datetime

from services.events.domain.broken.rule import BrokenRule


class BadTicket(BrokenRule):
    """It looks like a ticket, but its mark is not ours: forged, cut off or misread."""

    def __init__(self) -> None:
        super().__init__("这张票不是本系统签发的，或没有扫完整")


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
