"""What all pages of the console share."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.pages import Pages
from kernel.sign_in import Console
from kernel.web import Call
from services.events.usecases.application import Events
from services.events.web import staff_words

CONSOLE: Console = (
    ("/staff/activities", "活动", "/staff/sessions/"), ("/staff/approvals", "待审核", ""),
    ("/staff/programmes", "项目", ""), ("/staff/deadlines", "自动事项", ""),
    ("/staff/looks", "查阅单", ""), ("/staff/people", "居民资料", ""),
    ("/staff/accounts", "账号", ""),
)


class DoneQuery(Schema):
    """What was just done, to be said once above the page."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="")


class StaffPage:
    """What every staff page is made with."""

    app: Events
    pages: Pages

    def staff_page(self, template: str, call: Call, *, status: int = 200,
                   **values: Any) -> Response:
        """A page of the console with who looks at it."""
        return self.pages.render(
            f"staff/{template}", status=status, call=call, now=self.app.clock(),
            **{**staff_words.FOR_TEMPLATES, **values},
        )
