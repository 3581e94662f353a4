"""The console's page of providers: how each is, its share, and a change of it (N-9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.web import OPERATOR, Call, door
from kernel.web.problem import status_of
from kernel.web.scope import of_all
from services.notifications.usecases import steering
from services.notifications.web.acting import acting_of
from services.notifications.web.staff_page import NEEDED, DoneQuery, ReasonForm, StaffPage

SHOWN = 50  # changes


class WeightForm(ReasonForm):
    """Another share for one provider, and why."""

    provider = fields.String(required=True, validate=validate.Length(1, 40), error_messages=NEEDED)
    weight = fields.Float(required=True, validate=validate.Range(0, steering.HEAVIEST),
                          error_messages={**NEEDED, "invalid": "请填数字"})


class ProviderPages(StaffPage):
    """What each provider takes, and how it does."""

    @door("GET", "/staff/providers", allow=OPERATOR, scope=of_all, query=DoneQuery())
    def providers_page(self, call: Call) -> Response:
        """Breakers, shares, calls of the last minute, balances, and who changed what."""
        return self._providers(call, done=call.query["done"])

    @door("POST", "/staff/providers", allow=OPERATOR, scope=of_all, form=WeightForm())
    def weigh_order(self, call: Call) -> Response:
        """Another share at rest."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._providers(call, form.typed, form.errors, status=422)
        values = form.values
        try:
            steering.set_weight(self.app, values["provider"], values["weight"],
                                by=acting_of(call).actor, why=values["reason"])
        except (steering.UnknownProvider, steering.BadWeight) as refused:
            return self._providers(call, form.typed, {"weight": [str(refused)]},
                                   status=status_of(refused, self.errors))
        return see("/staff/providers?done=weighed")

    def _providers(self, call: Call, typed: Mapping[str, object] | None = None,
                   errors: Mapping[str, Sequence[str]] | None = None, *, status: int = 200,
                   done: str = "") -> Response:
        found = steering.standings(self.app)
        return self.staff_page(
            "providers.html", call, status=status, found=found, key=new_id(),
            balances=steering.balances(self.app), changes=self.app.store.routes.changes(SHOWN),
            names=[(each.name, each.name) for each in found], typed=typed or {},
            errors=errors or {}, done=done,
        )
