"""What a refusal looks like at the door."""

from __future__ import annotations

from kernel.web import Problem
from services.notifications.domain.text import InvalidText

ERRORS: dict[type[Exception], Problem] = {
    InvalidText: Problem(422, "invalid_text", "短信内容不符合规定"),
}
