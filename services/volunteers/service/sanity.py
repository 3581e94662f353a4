"""The door and the page of the sanity report (核查)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from kernel.web import CHECKER, Call, Problem, door
from kernel.web.scope import of_all
from services.volunteers.domain import broken
from services.volunteers.domain.sanity import KINDS, Finding
from services.volunteers.schemas.sanity import SanityAnswer, SanityQuery, asked_period
from services.volunteers.usecases import App, sanity
from services.volunteers.web.list_pages import StaffPage

ERRORS: dict[type[Exception], Problem] = {
    broken.PeriodTooLong: Problem(422, "period_too_long", "期间太长"),
}


class SanityDoors(StaffPage):
    """For staff who look after the records; nothing is changed here."""

    app: App

    @door("GET", "/api/sanity", allow=CHECKER, scope=of_all, query=SanityQuery(),
          answer=SanityAnswer())
    def sanity(self, call: Call) -> Any:
        """What of some days is worth a look, each with where something can be done about it."""
        found = sanity.look(self.app, **asked_period(call.query))
        listed = [{**vars(each), "do": address_of(each)}
                  for kind in KINDS for each in found.findings[kind]]
        return {
            "first": found.first, "last": found.last, "sessions": found.sessions,
            "complete": found.complete, "reached": found.reached,
            "numbers": {kind: found.numbers[kind] for kind in KINDS}, "findings": listed,
            "fixed_length": found.programmes(),
        }

    @door("GET", "/staff/sanity", allow=CHECKER, scope=of_all, query=SanityQuery())
    def sanity_page(self, call: Call) -> Response:
        """The same for the console."""
        period = asked_period(call.query)
        try:
            found, wrong = sanity.look(self.app, **period), None
        except broken.PeriodTooLong as refused:
            found, wrong = sanity.look(self.app), str(refused)
        return self.staff_page("sanity.html", call, found=found, kinds=KINDS, wrong=wrong,
                               status=422 if wrong else 200, do=address_of)


def address_of(found: Finding) -> str:
    """The page of the console where something can be done about it."""
    person = quote(found.person_ref, safe="")
    if found.kind == "on_duty":
        return f"/staff/held/{found.entry_id}" if found.entry_id else "/staff/duties"
    if found.kind == "over_limit":
        return f"/staff/people/{person}/days/{found.day}"
    if found.kind == "end_before_start":
        return (f"/staff/held/{found.entry_id}" if found.entry_id
                else "/staff/held?reason=check_out_before_check_in")
    asked = f"?entry={quote(found.entry_id, safe='')}" if found.entry_id else ""
    return f"/people/{person}/corrections/new{asked}"
