"""Rules that every part of the service can break: other eyes, one decision, not too often."""

from __future__ import annotations

from services.volunteers.domain.broken.rule import BrokenRule


class SelfMade(BrokenRule):
    """Who asked for it, recorded or proposed it does not decide on it (C-17)."""

    def __init__(self) -> None:
        super().__init__("由你提出或登记，须由其他人审核")


class SelfConcerned(BrokenRule):
    """Nobody decides on their own affairs (C-17)."""

    def __init__(self) -> None:
        super().__init__("涉及你本人，须由其他人审核")


class AlreadyDecided(BrokenRule):
    """Somebody decided before, or it was settled by itself and nothing is left to decide."""

    def __init__(self) -> None:
        super().__init__("已经处理过，或情况已变、不再需要处理")


class TooManyTries(BrokenRule):
    """Too often in too short a time; `seconds` until the next try is taken."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"操作太频繁，请 {_said(seconds)}后再试")
        self.seconds = seconds


def check_tries(seconds: int) -> None:
    """What a limit says: 0 where the try is taken. Raises TooManyTries."""
    if seconds:
        raise TooManyTries(seconds)


def _said(seconds: int) -> str:
    """A time to wait as people say it, rounded up."""
    if seconds < 100:
        return f"{seconds} 秒"
    if seconds < 100 * 60:
        return f"{-(-seconds // 60)} 分钟"
    return f"{-(-seconds // 3600)} 小时"
