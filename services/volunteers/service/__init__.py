"""The doors of the volunteers service, and how it is put together once per process."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from nameko.timer import timer
from werkzeug.wrappers import Response

from kernel.application import Application, TokenRights
from kernel.clock import system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.mongo import Unavailable, open_database
from kernel.pages import Pages, see
from kernel.sign_in import SignInPages
from kernel.transaction import Transactions
from kernel.web import ANYONE, Call, door
from services.volunteers import domain, schemas, usecases
from services.volunteers.service.corrections import ERRORS, CorrectionDoors
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import Store
from services.volunteers.usecases import App, duties, waiting, watching
from services.volunteers.web.correction_pages import CorrectionPages
from services.volunteers.web.decision_pages import DecisionPages
from services.volunteers.web.list_pages import CONSOLE, ListPages
from services.volunteers.web.words import FOR_TEMPLATES

log = getLogger(__name__)
DUTIES_EVERY = 60.0  # seconds


def build(settings: VolunteersSettings) -> App:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "volunteers")
    transactions = Transactions(database, source="/xiangxin/volunteers", clock=system_clock)
    return App(
        transactions=transactions, store=Store(database), rules=settings.hour_rules(),
        duty=settings.duty_rules(), asking=settings.asking(),
    )


class Http(CorrectionDoors, CorrectionPages, SignInPages, ListPages, DecisionPages):
    """For volunteers and whoever they show their hours to."""

    name = "volunteers-http"
    app = Application(build)
    errors: ClassVar = ERRORS
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(
        Path(__file__).parents[1] / "web", service="volunteers", explained=domain.explained,
        console=CONSOLE, **FOR_TEMPLATES,
    )

    @door("GET", "/api/people/<string:person_ref>/hours", allow=ANYONE, query=schemas.Period(),
          answer=schemas.HoursAnswer())
    def hours(self, call: Call, person_ref: str) -> Any:
        """A person's hours and what they are made of; nobody known has none."""
        return usecases.hours_of(self.app, person_ref, **call.query)

    @door("GET", "/", allow=ANYONE, query=schemas.Whose())
    def whose(self, call: Call) -> Response:
        """Where a volunteer says who it is, and is led on to the hours."""
        if person_ref := call.query["person"]:
            address = f"/people/{quote(person_ref, safe='')}"
            return see(address)
        return self.pages.render("whose.html")

    @door("GET", "/people/<string:person_ref>", allow=ANYONE, query=schemas.Period())
    def hours_page(self, call: Call, person_ref: str) -> Response:
        """My hours, each entry explained."""
        hours = usecases.hours_of(self.app, person_ref, **call.query)
        first, last = call.query.get("first"), call.query.get("last")
        return self.pages.render(
            "hours.html", hours=hours, first=first, last=last, late=hours.late,
            standing=hours.standing, done=str(call.request.args.get("done", "")),
            requests=waiting.corrections_of(self.app, person_ref),
        )


class Facts:
    """For facts, and for what its time brings."""

    name = "volunteers-facts"
    app = Application(build)

    @hear("volunteers.credit-hours")
    def credit_hours(self, heard: list[Envelope]) -> None:
        """Attendance becomes hours."""
        usecases.credit_hours(self.app, heard)

    @hear("volunteers.watch-duties")
    def watch_duties(self, heard: list[Envelope]) -> None:
        """Sessions whose records are to be complete in time."""
        watching.watch_duties(self.app, heard)

    @timer(interval=DUTIES_EVERY, eager=True)
    def look_after_duties(self) -> None:
        """Records that are overdue are told, once per session (C-19)."""
        try:
            duties.sweep(self.app)
        except Unavailable as away:
            log.info("duties are not looked after for now: %s", away)
