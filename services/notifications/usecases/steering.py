"""What operators see of providers, and the weights that they set (N-9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications.domain.report import Balance
from services.notifications.domain.routing import Route, share
from services.notifications.usecases.application import App

HEAVIEST = 999_999.0  # as in SMS_PROVIDERS


class UnknownProvider(Exception):
    """No provider of this name sends; `known` are those that do."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"没有这个短信通道：{name}")
        self.name, self.known = name, known


class BadWeight(Exception):
    """A weight is a number from 0 to 999999, and not all may be 0."""

    def __init__(self) -> None:
        super().__init__(f"权重须在 0 到 {HEAVIEST:.0f} 之间，且至少有一个通道大于 0")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a provider stands: `share` is the weight by which it is chosen now; `failures` of
    `calls` in the last minute or since it came back."""

    name: str
    state: str
    weight: float
    share: float
    reason: str | None
    since: datetime | None
    until: datetime | None
    calls: int
    failures: int


def standings(app: App) -> list[Standing]:
    """Every provider that sends, as all workers see it."""
    now = app.clock()
    app.routes.look(now)
    found = []
    for route in app.routes.seen():
        tally = app.routes.tally(route, now)
        found.append(Standing(
            name=route.name, state=route.state, weight=route.weight, reason=route.reason,
            share=share(route, now, app.routes.policy), since=route.since, until=route.until,
            calls=tally.calls, failures=tally.failures,
        ))
    return found


def balances(app: App) -> dict[str, Balance | None]:
    """What is left at each provider. Asks them, so it may take as long as a call."""
    return {name: provider.balance() for name, provider in app.routes.by_name.items()}


def set_weight(app: App, name: str, weight: float, *, by: str, why: str) -> None:
    """Another weight at rest, for all workers within a second, remembered with who and why. A
    breaker that is open stays open. Raises UnknownProvider, BadWeight, Unavailable."""
    known = {route.name: route for route in app.routes.seen()}
    if name not in known:
        raise UnknownProvider(name, sorted(known))
    others = sum(route.weight for route in known.values() if route.name != name)
    if not 0 <= weight <= HEAVIEST or weight + others <= 0:
        raise BadWeight

    def change(route: Route) -> Route:
        return replace(route, weight=weight)

    app.routes.move(name, change, app.clock(), who=by, what="weight", why=why)
