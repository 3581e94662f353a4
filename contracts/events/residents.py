"""Facts about residents who sign in: codes on their way to a telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..event import Fact, fact


@fact("events.sign_in_code_made.v1", subject="code/{code_id}", private=True)
class SignInCodeMade(Fact):
    """A code has to reach a telephone by SMS, whoever's that is; of no use after `until`. `doing`
    is what the code will do, as the text says it. Private: for whoever holds the telephone alone.

    一次性验证码，须以短信发到该手机号，逾期无用。内部事实，只发给持有该号码的人。
    """

    code_id: str
    phone: str
    code: str
    doing: Literal["sign_in", "change_phone", "join_family"]
    until: datetime
