"""Facts about accounts: who may act, as every service must know to let people in by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..event import Fact, fact


@fact("events.account_changed.v1", subject="account/{account_id}", private=True)
class AccountChanged(Fact):
    """What an account may, as it stands now: the latest counts. `logins_from`: whoever signed in
    before that moment is signed out. Private: who works here with which rights, and which residents
    belong together, is for the department's own services.

    一个账号的现行权限，以最新一条为准；早于 logins_from 的登录一律失效。内部事实，不对外提供。
    """

    account_id: str
    kind: Literal["staff", "resident"]
    account_name: str
    roles: tuple[str, ...]
    programmes: tuple[str, ...]
    streets: tuple[str, ...]
    person_refs: tuple[str, ...]
    open: bool
    logins_from: datetime


@fact("events.login_ended.v1", subject="account/{account_id}", private=True)
class LoginEnded(Fact):
    """Somebody signed out, or was signed out, on one device. `expires_at`: when it would have ended
    by itself; nobody has to remember it longer.

    某台设备上的登录已退出；expires_at 之后不必再记。内部事实，不对外提供。
    """

    account_id: str
    login_id: str
    expires_at: datetime
