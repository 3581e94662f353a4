"""An account of a member of staff: what it may, how it is proven, and what needs two people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
RESERVED = frozenset({"staff", "caseworker"})  # what records call the shared tokens
DELICATE = frozenset({"caseworker", "auditor", "operator", "names"})  # given by two people (C-17)
SHORTEST, LONGEST = 12, 200  # characters of a password (NIST SP 800-63B)
FEWEST_DIFFERENT = 5
INVITED_FOR = timedelta(days=3)
LOGIN_FOR = timedelta(hours=12)
STEP_SECONDS = 30  # of a one-time code (RFC 6238)
RECOVERY_CODES = 8


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an account may, and where: no programme and no street named means everywhere."""

    roles: tuple[str, ...]
    programmes: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A way to set password and one-time code, once. `digest` is the code's hash, `secret` what
    the authenticator will hold, sealed."""

    digest: str
    until: datetime
    secret: Any


@dataclass(frozen=True, kw_only=True)
class StaffAccount:
    """`password` is an Argon2id hash, `secret` the sealed key of one-time codes, `last_step` the
    latest that was used, `recovery` hashes of codes that were not; `subject` is who the identity
    provider says that it is. `version` counts changes."""

    account_id: str
    name: str
    grant: Grant
    made_at: datetime
    logins_from: datetime
    person_ref: str | None = None
    open: bool = True
    password: str | None = None
    secret: Any = None
    last_step: int = 0
    recovery: tuple[str, ...] = ()
    invitation: Invitation | None = None
    subject: str | None = None
    version: int = 0

    def invited(self, digest: str, now: datetime) -> bool:
        """Whether this is the code of an invitation that still holds."""
        made = self.invitation
        return self.open and made is not None and made.digest == digest and now < made.until


@dataclass(frozen=True, kw_only=True)
class StaffLogin:
    """One sign-in on one device, as its owner sees it. `proof` is what the identity provider needs
    to end it as well, sealed."""

    login_id: str
    account_id: str
    device: str
    began: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    proof: Any = None


@dataclass(frozen=True, kw_only=True)
class GrantRequest:
    """What one operator wants to give, until another one decides."""

    request_id: str
    account_id: str
    name: str
    grant: Grant
    asked_by: str
    asked_at: datetime
    state: str = "waiting"  # approved | refused
    decided_by: str | None = None


def needs_two(before: Grant, after: Grant) -> bool:
    """Whether this is given by two people: a delicate role, or more room for one. Taking away is
    for one alone: it must not wait."""
    if not DELICATE & set(after.roles):
        return False
    gained = (set(after.roles) - set(before.roles)) & DELICATE
    return bool(gained) or not (
        _within(after.programmes, before.programmes) and _within(after.streets, before.streets))


def fault_of_password(password: str, *, name: str, common: frozenset[str]) -> str | None:
    """Why it will not do, None when it does: long enough, not the account's name, not one of those
    that are tried first. Nothing else is asked of it (NIST SP 800-63B 5.1.1)."""
    small = password.casefold()
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 个字符"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符"
    if name.casefold() in small:
        return "密码里不能有账号名"
    if small in common or len(set(small)) < FEWEST_DIFFERENT:
        return "这个密码太常见，请换一个"
    return None


def step_of(now: datetime) -> int:
    """The step of one-time codes that a moment lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def used(account: StaffAccount, step: int) -> StaffAccount:
    """A code counts once: its step and all earlier ones are over."""
    return replace(account, last_step=step)


def _within(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
