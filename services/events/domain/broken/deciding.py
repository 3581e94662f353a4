"""Rules of what is decided about a registration: offer, approval, consent, draw."""

from __future__ import annotations

from datetime import datetime

from services.events.domain.broken.rule import BrokenRule


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
