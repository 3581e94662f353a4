"""The console's lists: requests, held entries, long days, sessions with records missing."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import EXCLUDE, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import Pages
from kernel.sign_in import Console
from kernel.web import VIEWER, Call, door
from kernel.web.scope import WITHIN
from services.volunteers.domain.stays import Missing
from services.volunteers.schemas import waiting as lists
from services.volunteers.usecases import App, duties, waiting

CONSOLE: Console = (
    ("/staff/corrections", "待审", ""), ("/staff/held", "待核实", ""),
    ("/staff/days", "超限待批", "/staff/people/"), ("/staff/duties", "补录期限", ""),
    ("/staff/stars", "星级", ""), ("/staff/certificates", "服务证明", ""),
    ("/staff/volunteers", "志愿者", ""), ("/staff/requests", "资料申请", ""),
    ("/staff/imports", "导入", ""), ("/staff/sanity", "核查", ""),
)
TO_CONFIRM = (*get_args(Missing), "too_many_check_ins")


class CorrectionsPageQuery(lists.CorrectionsQuery):
    """A list of requests, and what was just done."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.Length(max=40))


class HeldPageQuery(lists.HeldQuery):
    """A list of held entries, and what was just done."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.Length(max=40))


class StaffPage:
    """What every page of the console is made with."""

    app: App
    pages: Pages

    def staff_page(self, template: str, call: Call, *, status: int = 200,
                   **values: Any) -> Response:
        """A page of the console with who looks at it."""
        return self.pages.render(f"staff/{template}", status=status, call=call, **values)


class ListPages(StaffPage):
    """What waits for people, the oldest first."""

    @door("GET", "/staff/corrections", allow=VIEWER, scope=WITHIN, query=CorrectionsPageQuery())
    def corrections_page(self, call: Call) -> Response:
        """Requests of one state, or those that are overdue."""
        query = call.query
        found = waiting.corrections(self.app, state=query["state"], overdue=query["overdue"],
                                    page=query["page"], limits=call.rights.scope)
        return self.staff_page("corrections.html", call, found=found, query=query)

    @door("GET", "/staff/held", allow=VIEWER, scope=WITHIN, query=HeldPageQuery())
    def held_page(self, call: Call) -> Response:
        """Stays that wait for an organiser's word (C-05)."""
        reason = call.query["reason"]
        reasons = [reason] if reason in TO_CONFIRM else TO_CONFIRM
        found = waiting.held(self.app, reasons=reasons, page=call.query["page"],
                             limits=call.rights.scope)
        return self.staff_page("held.html", call, found=found, query=call.query,
                               reasons=TO_CONFIRM)

    @door("GET", "/staff/days", allow=VIEWER, scope=WITHIN, query=HeldPageQuery())
    def days_page(self, call: Call) -> Response:
        """Minutes above the day's limit that wait for a level (C-09)."""
        found = waiting.held(self.app, level=call.query["level"], reasons=["over_daily_limit"],
                             page=call.query["page"],
                             limits=call.rights.scope)
        return self.staff_page("days.html", call, found=found, query=call.query)

    @door("GET", "/staff/duties", allow=VIEWER, scope=WITHIN, query=lists.DutiesQuery())
    def duties_page(self, call: Call) -> Response:
        """Sessions whose records are to be completed in time (C-19)."""
        found = duties.due(self.app, standing=call.query["state"], page=call.query["page"],
                             limits=call.rights.scope)
        return self.staff_page("duties.html", call, found=found, query=call.query)
