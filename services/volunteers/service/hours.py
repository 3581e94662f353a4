"""The doors of the ledger: a person's hours, now and as they stood, and their page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from services.volunteers import schemas, usecases
from services.volunteers.usecases import App, Hours, waiting
from services.volunteers.usecases.reading import together


class HoursDoors:
    """For volunteers and whoever they show their hours to."""

    app: App
    pages: Pages

    @door("GET", "/api/people/<string:person_ref>/hours", allow=ANYONE, query=schemas.Asked(),
          answer=schemas.HoursAnswer())
    def hours(self, call: Call, person_ref: str) -> Any:
        """A person's hours and every entry they are made of; nobody known has none."""
        return self._hours(call, person_ref)

    @door("GET", "/api/people/<string:person_ref>/balance", allow=ANYONE, query=schemas.AsOf(),
          answer=schemas.BalanceAnswer())
    def balance(self, call: Call, person_ref: str) -> Any:
        """A person's minutes, now or as the ledger stood then, and the end of the chain (C-16)."""
        return usecases.balance_of(self.app, person_ref, **call.query)

    @door("GET", "/api/people/<string:person_ref>/points", allow=ANYONE,
          answer=schemas.PointsAnswer())
    def points(self, call: Call, person_ref: str) -> Any:
        """A person's points of the time bank; none where no programme has a weight (C-10)."""
        return usecases.points_of(self.app, person_ref)

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
        hours = self._hours(call, person_ref)
        first, last = call.query.get("first"), call.query.get("last")
        return self.pages.render(
            "hours.html", hours=hours, first=first, last=last, late=hours.late,
            standing=hours.standing, done=str(call.request.args.get("done", "")),
            requests=waiting.corrections_of(self.app, person_ref),
        )

    def _hours(self, call: Call, person_ref: str) -> Hours:
        """Those of all references of the person, shown as one (C-35)."""
        found = [usecases.hours_of(self.app, ref, **call.query)
                 for ref in self.app.references(person_ref)]
        return together(person_ref, found)
