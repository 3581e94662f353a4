"""The doors behind which pages stand; they work without JavaScript."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.clock import local_day, new_id
from kernel.pages import Pages
from kernel.web import ANYONE, Call, door
from services.events.domain import broken
from services.events.domain.signup import check_cancel
from services.events.usecases import activities, changing, programmes, registrations, signing_up
from services.events.usecases.application import Events
from services.events.web import forms, views

MOST_ROWS = 10


class ActivityPageQuery(Schema):
    """Which session is chosen."""

    class Meta:
        unknown = EXCLUDE

    session = fields.String(load_default=None)


class PageDoors:
    """Residents' pages: what is on, sign up, see where one stands, cancel."""

    app: Events
    pages: Pages

    @door("GET", "/", allow=ANYONE)
    def home_page(self, call: Call) -> Response:
        """Coming activities by programme."""
        now = self.app.clock()
        found = activities.list_activities(self.app, first_day=local_day(now))
        groups = views.by_programme(found, programmes.list_programmes(self.app), now)
        return self.pages.render("home.html", groups=groups, best=views.best)

    @door("GET", "/activities/<string:activity_id>", allow=ANYONE, query=ActivityPageQuery())
    def activity_page(self, call: Call, activity_id: str) -> Response:
        """An activity with its sign-up form."""
        return self._activity(activity_id, rows=[{}], chosen=call.query["session"], key=new_id())

    @door("POST", "/activities/<string:activity_id>", allow=ANYONE, form=forms.SignUpForm())
    def sign_up_page(self, call: Call, activity_id: str) -> Response:
        """Signs the party up and shows its registration, or the form again with what is wrong."""
        form = call.form
        assert form is not None
        if "add" in form.typed:
            return self._one_more(activity_id, form.typed)
        if form.values is None:
            return self._again(activity_id, form.typed, form.errors, status=422)
        caller = signing_up.Caller(once=forms.once_of(form.values), correlation=call.correlation,
                                   traceparent=call.traceparent)
        try:
            made = signing_up.sign_up(
                self.app, form.values["session"], form.values["party"], caller=caller
            )
        except broken.BrokenRule as refused:
            errors = getattr(refused, "errors", None) or {"party": [str(refused)]}
            return self._again(activity_id, form.typed, errors, status=409)
        return _see(f"/registrations/{made['registration_id']}")

    @door("GET", "/registrations/<string:registration_id>", allow=ANYONE)
    def registration_page(self, call: Call, registration_id: str) -> Response:
        """Where a registration stands."""
        found = registrations.find_registration(self.app, registration_id)
        return self.pages.render("registration.html", found=found, **self._cancellable(found))

    @door("GET", "/registrations/<string:registration_id>/cancel", allow=ANYONE)
    def ask_cancel_page(self, call: Call, registration_id: str) -> Response:
        """Asks once before a place is given away."""
        found = registrations.find_registration(self.app, registration_id)
        return self.pages.render("cancel.html", found=found)

    @door("POST", "/registrations/<string:registration_id>/cancel", allow=ANYONE,
          form=forms.NoFields())
    def cancel_page(self, call: Call, registration_id: str) -> Response:
        """Cancels and shows the registration again."""
        caller = signing_up.Caller(correlation=call.correlation, traceparent=call.traceparent)
        changing.cancel(self.app, registration_id, caller=caller)
        return _see(f"/registrations/{registration_id}")

    def _one_more(self, activity_id: str, typed: Any) -> Response:
        return self._activity(
            activity_id, rows=[*forms.rows_of(typed), {}], chosen=typed.get("session"),
            key=typed.get("key") or new_id(),
        )

    def _again(self, activity_id: str, typed: Any, errors: Any, *, status: int) -> Response:
        return self._activity(
            activity_id, rows=forms.rows_of(typed), chosen=typed.get("session"),
            key=typed.get("key") or new_id(), errors=errors, status=status,
        )

    def _activity(self, activity_id: str, *, rows: list[dict[str, str]], chosen: str | None,
                  key: str, errors: Any = None, status: int = 200) -> Response:
        listed = activities.one_activity(self.app, activity_id)
        offers = views.offers(listed, self.app.clock())
        return self.pages.render(
            "activity.html", status=status, activity=listed.activity, offers=offers,
            first=views.best(offers) if offers else None,
            rows=rows[:MOST_ROWS], chosen=chosen, key=key, errors=errors or {},
            labels=forms.labels(len(rows)),
            most_rows=min(MOST_ROWS, self.app.policy.party_limit),
        )

    def _cancellable(self, found: registrations.Found) -> dict[str, bool]:
        try:
            check_cancel(found.session, found.registration, self.app.clock(), staff=False)
        except broken.BrokenRule:
            return {"cancellable": False}
        return {"cancellable": found.registration.status != "cancelled"}


def _see(address: str) -> Response:
    """After a form: a page of its own, so that reloading sends nothing again."""
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
