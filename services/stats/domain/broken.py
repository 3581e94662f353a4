"""Rules that can be broken around briefs; `str()` says it to whoever asked (Chinese)."""

from __future__ import annotations


class BrokenRule(Exception):
    """What was asked for is against a rule; nothing was changed."""

    words = ""

    def __str__(self) -> str:
        return self.words


class UnknownBrief(BrokenRule):
    """No brief was published under this number."""

    words = "没有这一号简报"


class UnknownDraft(BrokenRule):
    """No draft has this id."""

    words = "没有这份送审稿"


class UnknownKind(BrokenRule):
    """There is no such sort of brief; tells which there are."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.errors = {"template": [f"应为其中之一：{'、'.join(kinds)}"]}
        self.words = "没有这一种简报"


class WrongPeriod(BrokenRule):
    """A brief is of days that are over or of today, the first not after the last."""

    def __init__(self, field: str, reason: str) -> None:
        self.errors = {field: [reason]}
        self.words = reason


class NothingToSay(BrokenRule):
    """Not one sentence has all its figures."""

    words = "这个时段还没有一句话的数字是齐的，不能送审"


class NothingChanged(BrokenRule):
    """The figures are those that were published: there is nothing to revise."""

    words = "数字与已签发的一致，没有可修订的内容"


class NotTheLatest(BrokenRule):
    """There is a later edition of this brief; that one is to be revised."""

    words = "已有更新的版本，请修订最新的一版"


class RevisionWaits(BrokenRule):
    """A revision of this brief waits for a signature already."""

    words = "这一号简报已有一份修订稿待签发"


class AlreadyDecided(BrokenRule):
    """Somebody published or refused the draft before."""

    words = "这份送审稿已经处理过"


class SelfMade(BrokenRule):
    """Who made it does not sign it (maker ≠ checker, C-17)."""

    words = "起草人不能签发自己的稿子，请另一位同事签发"


class FiguresMoving(BrokenRule):
    """Facts come in so fast just now that no moment could be taken hold of."""

    words = "数字正在变动，请过几秒再试"
    seconds = 2
