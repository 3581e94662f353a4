"""Rules of signing in by telephone."""

from __future__ import annotations

from services.events.domain.broken.rule import BrokenRule


class TooManyCodes(BrokenRule):
    """More codes than a telephone (C-40) or an address gets; it says when to come back."""

    def __init__(self, seconds: int) -> None:
        when = f"{seconds} 秒" if seconds < 120 else f"{-(-seconds // 60)} 分钟"
        super().__init__(f"要得太频繁了，请 {when}后再试")
        self.seconds = seconds


class WrongCode(BrokenRule):
    """Not the code that was sent; so many tries are left."""

    def __init__(self, left: int) -> None:
        tries = f"还可以试 {left} 次" if left else "这个验证码已失效，请重新获取"
        super().__init__(f"验证码不对，{tries}")
        self.left = left


class CodeOver(BrokenRule):
    """A code that was used, replaced, guessed at too often or is too old; all look the same."""

    def __init__(self) -> None:
        super().__init__("验证码已失效，请重新获取")


class SamePhone(BrokenRule):
    """The new telephone is the one that the account has."""

    def __init__(self) -> None:
        super().__init__("与现在的手机号相同")


class NotHolder(BrokenRule):
    """Only who signed up may do this, and not whoever knows the registration's id."""

    def __init__(self) -> None:
        super().__init__("请先登录，或用短信里的编号和报名时的手机号打开这条报名")


class SignInClosed(BrokenRule):
    """Nobody can sign in: this installation has no key to sign logins with."""

    def __init__(self) -> None:
        super().__init__("现在不能登录，请稍后再试")
