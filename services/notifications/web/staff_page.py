"""What every page of the console of messages is made with: its way around, its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import Pages
from kernel.pages.once import PageForm
from kernel.sign_in import Console
from kernel.web import Call, Problem
from services.notifications.schemas.broadcasts import REASON
from services.notifications.usecases.application import App

CONSOLE: Console = (
    ("/staff/overview", "概况", ""), ("/staff/messages", "短信", ""),
    ("/staff/broadcasts", "群发", ""), ("/staff/providers", "通道", ""),
    ("/staff/parked", "搁置", ""), ("/staff/templates", "模板", ""),
)
NEEDED: dict[str, Any] = {"required": "必填"}


class ReasonForm(PageForm):
    """Why."""

    reason = fields.String(required=True, validate=REASON, error_messages=NEEDED)


class DoneQuery(Schema):
    """What was just done, to be said above the page."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.Length(max=40))


class StaffPage:
    """For signed-in staff; works without scripts and shows neither number nor name."""

    app: App
    pages: Pages
    errors: ClassVar[Mapping[type[Exception], Problem]]

    def staff_page(self, template: str, call: Call, *, status: int = 200,
                   **values: Any) -> Response:
        """A page of the console with who looks at it."""
        return self.pages.render(f"staff/{template}", status=status, call=call, **values)
