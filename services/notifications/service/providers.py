"""The doors of providers: how each stands, the weights that staff set, and every change."""

from __future__ import annotations

from typing import Any

from kernel.web import OPERATOR, Call, Problem, door
from kernel.web.scope import of_all
from services.notifications.schemas.providers import (
    RouteChangeAnswer,
    StandingAnswer,
    WeightBody,
)
from services.notifications.usecases import steering
from services.notifications.usecases.application import App
from services.notifications.usecases.steering import BadWeight, UnknownProvider

LISTED = 200
ERRORS: dict[type[Exception], Problem] = {
    UnknownProvider: Problem(404, "unknown_provider", "没有这个短信通道"),
    BadWeight: Problem(422, "bad_weight", "权重不符合规定"),
}


class ProviderDoors:
    """For staff who watch over sending (N-9)."""

    app: App

    @door("GET", "/api/providers", allow=OPERATOR, scope=of_all, answer=StandingAnswer(many=True))
    def providers(self, call: Call) -> Any:
        """Every provider that sends, as all workers see it."""
        return steering.standings(self.app)

    @door("GET", "/api/providers/changes", allow=OPERATOR, scope=of_all,
          answer=RouteChangeAnswer(many=True))
    def provider_changes(self, call: Call) -> Any:
        """The latest changes by breakers, configuration and staff, newest first."""
        return self.app.routes.book.changes(LISTED)

    @door("POST", "/api/providers/<name>/weight", allow=OPERATOR, scope=of_all, body=WeightBody(),
          answer=StandingAnswer(many=True))
    def weigh_provider(self, call: Call, name: str) -> Any:
        """Another weight at rest; it holds for all workers within a second."""
        asked = call.body
        steering.set_weight(self.app, name, asked["weight"], by=call.rights.actor,
                            why=asked["why"])
        return steering.standings(self.app)
