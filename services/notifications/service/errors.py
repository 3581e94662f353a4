"""What a refusal looks like at the door."""

from __future__ import annotations

from kernel.web import Problem
from services.notifications.domain.operating import NotAllowed, UnknownMessage
from services.notifications.domain.text import InvalidText

ERRORS: dict[type[Exception], Problem] = {
    UnknownMessage: Problem(404, "unknown_message", "没有这条短信"),
    NotAllowed: Problem(409, "not_allowed", "这条短信不能这样处理"),
    InvalidText: Problem(422, "invalid_text", "短信内容不符合规定"),
}
