"""The console's page of what nobody could work on, to be told again by id (N-27)."""

from __future__ import annotations

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.web import OPERATOR, Call, door
from kernel.web.scope import of_all
from services.notifications.usecases import parking
from services.notifications.web.acting import acting_of
from services.notifications.web.staff_page import NEEDED, DoneQuery, ReasonForm, StaffPage


class AgainForm(ReasonForm):
    """Which one, and why."""

    id = fields.String(required=True, validate=validate.Length(1, 100), error_messages=NEEDED)


class ParkedPages(StaffPage):
    """It names queue, reason and id; contact details are never shown."""

    @door("GET", "/staff/parked", allow=OPERATOR, scope=of_all, query=DoneQuery())
    def parked_page(self, call: Call) -> Response:
        """What is parked of this service, why, and what to do."""
        return self._parked(call, done=call.query["done"])

    @door("POST", "/staff/parked", allow=OPERATOR, scope=of_all, form=AgainForm())
    def tell_again_order(self, call: Call) -> Response:
        """Sends one to its queue again. Sent twice, the second finds nothing left."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._parked(call, errors=form.errors, wrong=form.typed.get("id", ""),
                                status=422)
        try:
            parking.tell_again(self.app, form.values["id"], reason=form.values["reason"],
                               by=acting_of(call))
        except parking.UnknownParked as gone:
            return self._parked(call, errors={"form": [str(gone)]}, status=404)
        except parking.BrokerAway:
            return self._parked(call)
        return see("/staff/parked?done=told")

    def _parked(self, call: Call, *, status: int = 200, **said: object) -> Response:
        told: dict[str, object] = {"errors": {}, "wrong": "", "done": "", **said}
        try:
            found, is_away = parking.parked(self.app), False
        except parking.BrokerAway:
            found, is_away, status = [], True, 503
        return self.staff_page("parked.html", call, status=status, key=new_id(), found=found,
                               away=is_away, most=parking.SHOWN, **told)
