"""Rules of the staff's accounts: who gives what to whom, and how somebody proves who they are."""

from __future__ import annotations

from services.events.domain.broken.rule import BrokenRule


class UnknownAccount(BrokenRule):
    """No member of staff has this account."""

    def __init__(self) -> None:
        super().__init__("没有这个账号")


class NameTaken(BrokenRule):
    """A name is one account's for ever: records say who acted by it."""

    def __init__(self) -> None:
        super().__init__("这个账号名已经有了")


class BadAccountName(BrokenRule):
    """Names are short and plain, and not those of shared tokens."""

    def __init__(self) -> None:
        super().__init__("账号名用小写字母开头，2 至 32 个小写字母、数字、点、横线或下划线，"
                         "不能是 staff 或 caseworker")


class WeakPassword(BrokenRule):
    """The password will not do; the sentence says why."""


class NotSignedIn(BrokenRule):
    """Name, password or code is not right, or the account is shut: all look the same."""

    def __init__(self) -> None:
        super().__init__("账号、密码或验证码不对，或者账号已停用")


class TooManyWrong(BrokenRule):
    """Wrong too often, for this account or from this address."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"错的次数太多了，请 {-(-seconds // 60)} 分钟后再试")
        self.seconds = seconds


class InvitationOver(BrokenRule):
    """The invitation is unknown, used, or too old: all look the same."""

    def __init__(self) -> None:
        super().__init__("邀请码不对、已经用过或过期了，请向运维要一个新的")


class OwnAccount(BrokenRule):
    """Nobody changes what they may themselves, nor shuts themselves out (C-17)."""

    def __init__(self) -> None:
        super().__init__("不能改动自己的账号，请让另一位运维来做")


class SelfMade(BrokenRule):
    """Who asked does not decide, nor does whom it is about (C-17)."""

    def __init__(self) -> None:
        super().__init__("由你提出或与你有关，须由另一个人决定")


class UnknownRequest(BrokenRule):
    """No request with this id waits for a decision."""

    def __init__(self) -> None:
        super().__init__("没有这条等待批准的申请")


class UnknownLogin(BrokenRule):
    """There is no such login to end."""

    def __init__(self) -> None:
        super().__init__("没有这次登录，可能已经退出")


class AccountShut(BrokenRule):
    """A shut account is opened before anybody is invited to it."""

    def __init__(self) -> None:
        super().__init__("账号已停用，请先启用")


class NoLoginKey(BrokenRule):
    """This installation has no key to sign logins with."""

    def __init__(self) -> None:
        super().__init__("还没有配置登录密钥，请联系运维")


class TwoNeeded(BrokenRule):
    """One operator alone could otherwise get into what takes two to give."""

    def __init__(self) -> None:
        super().__init__("这个账号有敏感权限，不能由一位运维在页面上重新邀请或启用，"
                         "请用命令 xiangxin staff")


class NoProvider(BrokenRule):
    """This installation has no identity provider."""

    def __init__(self) -> None:
        super().__init__("没有配置统一身份平台")


class ProviderAway(BrokenRule):
    """The identity provider did not answer, or is not the one that we mean."""

    def __init__(self) -> None:
        super().__init__("统一身份平台现在没有回应，请稍后再试")


class ProviderRefused(BrokenRule):
    """What came back is no sign-in: given up there, forged, old, or for somebody else."""

    def __init__(self) -> None:
        super().__init__("没有从统一身份平台登录成功，请再试一次")


class NotLetIn(BrokenRule):
    """The identity provider knows them, and nothing here is theirs: no role, a closed account, or
    a name that is somebody else's; all look the same."""

    def __init__(self) -> None:
        super().__init__("您在统一身份平台上的账号没有这里的权限，请联系运维")
