"""One-time codes of an authenticator (TOTP, RFC 6238), and codes for the day it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

from services.events.domain.staff_account import RECOVERY_CODES, step_of

ISSUER = "Xiangxin"


def new_secret() -> str:
    """160 random bits, as authenticators take them."""
    return pyotp.random_base32()


def link_of(secret: str, name: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def code_at(secret: str, now: datetime) -> str:
    """The code that an authenticator shows."""
    return pyotp.TOTP(secret).generate_otp(step_of(now))


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step whose code this is: now, the one before or the next, for clocks that differ; none
    that was used, nor an earlier one."""
    totp, found = pyotp.TOTP(secret), None
    for step in range(step_of(now) - 1, step_of(now) + 2):
        is_it = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if is_it and step > after:
            found = step
    return found


def new_code() -> str:
    """100 random bits in groups, for people to type: `K7QF-…`."""
    text = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    return "-".join(text[start:start + 4] for start in range(0, 20, 4))


def new_recovery_codes() -> list[str]:
    """Shown once."""
    return [new_code()[:14] for _ in range(RECOVERY_CODES)]  # 60 bits each, behind limited tries


def digest_of(code: str) -> str:
    """What is kept of a code; spaces, hyphens and capitals make no difference."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
