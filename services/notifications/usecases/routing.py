"""Through whom a message leaves, and what is learnt of a provider from each call (N-9, N-10).

The state of a route is one document that all workers share, changed only when a breaker opens, is
tried or closes. Calls are counted in this process and written down once a second.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from logging import getLogger
from threading import Lock

from kernel.metrics import gauge
from kernel.mongo import Unavailable
from kernel.transaction import Transaction, Transactions
from services.notifications.domain import routing as rules
from services.notifications.domain.lanes import EXPRESS, lane_of
from services.notifications.domain.message import Purpose
from services.notifications.domain.outcome import Accepted, Outcome, Refused
from services.notifications.domain.routing import Judged, Policy, Route, Tally, share
from services.notifications.providers.base import Provider
from services.notifications.store.routes import RouteBook, RouteChange
from services.notifications.usecases.counting import Counts
from services.notifications.usecases.turns import Turns

log = getLogger(__name__)
FRESH = timedelta(seconds=1)  # how old what other workers wrote may be when a choice is made
RECEIPTS_EVERY = timedelta(minutes=1)
BREAKER, CONFIGURATION = "breaker", "configuration"


class Routes:
    """The providers of this process by name, and the routes as all workers see them.

    Safe from threads. `choose`, `learn` and `reported` do not fail for want of the database: they
    go by what was last seen.
    """

    def __init__(self, providers: Mapping[str, tuple[Provider, float]], *, book: RouteBook,
                 transactions: Transactions, policy: Policy | None = None,
                 rates: Mapping[str, float] | None = None,
                 draw: Callable[[], float] = random.random) -> None:
        self.by_name = {name: provider for name, (provider, _) in providers.items()}
        self.book, self.policy = book, policy or Policy()
        self._transactions, self._draw = transactions, draw
        self._configured = {name: float(weight) for name, (_, weight) in providers.items()}
        self._routes = {name: Route(name=name, weight=weight)
                        for name, weight in self._configured.items()}
        self._counts, self._turns = Counts(book), Turns(book, rates or {})
        self._broken: dict[tuple[str, str], datetime] = {}  # templates refused, until when
        self._looking = Lock()
        self._looked: datetime | None = None
        self._receipts_looked: datetime | None = None

    def choose(self, purpose: Purpose, now: datetime, *, template: str = "",
               values: Mapping[str, str] | None = None,
               without: Collection[str] = ()) -> Provider | None:
        """Who is to take a message of this purpose: one that can say the template (name@version)
        with these values and did not refuse it lately, or any when none can, whose refusal then
        names what it cannot say.

        `without` names those that were just tried and not reached (N-5). None: nobody may be
        called now, or soon (N-17); the message goes back in the queue, and that is no try.
        """
        self.look(now)
        able = self._able(template, values or {}, now)
        routes = [route for name, route in self._routes.items()
                  if name in able and name not in without]
        weights = {route.name: share(route, now, self.policy) for route in routes}
        if lane_of(purpose) not in EXPRESS or not any(weights.values()):
            for route in routes:
                if rules.may_probe(route, now) and self._is_ours_to_probe(route.name, now):
                    return self.by_name[route.name]
        while chosen := rules.pick(weights, self._draw()):
            if self._turns.admits(chosen):
                return self.by_name[chosen]
            del weights[chosen]  # it has as many calls before it as it may get soon
        return None

    def _able(self, template: str, values: Mapping[str, str], now: datetime) -> set[str]:
        """Who can say it: first of all those that did not refuse the template lately."""
        can = {name for name, provider in self.by_name.items()
               if provider.can_send(template, values)}
        unbroken = {name for name in can if self._broken.get((name, template), now) <= now}
        return unbroken or can or set(self.by_name)

    def await_turn(self, name: str) -> None:
        """Blocks until the provider may be called again (N-17); right before the call."""
        self._turns.wait(name)

    def learn(self, name: str, outcome: Outcome, now: datetime, *, began: datetime,
              template: str = "") -> None:
        """What came of a call that began then and is over now; it said this template."""
        judgement = rules.judged(outcome)
        if isinstance(outcome, Refused) and outcome.verdict == "template":
            self._broken[name, template] = now + self.policy.longest_pause
        self._counts.add(name, now, Tally(calls=1, failures=int(judgement != "answered"),
                                          slow=int(now - began > self.policy.slow)))
        if isinstance(outcome, Accepted):
            self._counts.add(name, began, Tally(accepted=1, reported=int(outcome.delivered)))
        try:
            self._judge(self._routes[name], judgement, outcome, now, began)
        except Unavailable:
            log.warning("the breaker of %s waits for the database", name)
        self.look(now)

    def reported(self, name: str, started_at: datetime, now: datetime) -> None:
        """A last receipt came for a message that left then."""
        if name in self._routes:
            self._counts.add(name, started_at, Tally(reported=1))
            self.look(now)

    def look(self, now: datetime) -> None:
        """Writes down what was counted, and sees what others wrote; at most once a second."""
        if self._looked is not None and timedelta() <= now - self._looked < FRESH:
            return
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._look(now)
        except Unavailable:
            log.warning("routes go by what was last seen: the database is not reachable")
        finally:
            self._looked = now
            self._looking.release()

    def seen(self) -> list[Route]:
        """The routes of this process's providers, as last seen."""
        return list(self._routes.values())

    def tally(self, route: Route, now: datetime) -> Tally:
        """What counts for and against it now: of the window, and only since it came back."""
        return self._counts.of(route.name, rules.counted_since(route, now - self.policy.window))

    def move(self, name: str, change: Callable[[Route], Route | None], now: datetime, *,
             who: str = BREAKER, what: str = "", why: str = "") -> bool:
        """Changes a route for all workers, unless `change` finds it otherwise than it should be;
        a change that has a name (`what`) is remembered and logged. Raises Unavailable."""
        moved = self._transactions.run(partial(self._move, name, change, now, who, what, why))
        if moved is None:
            return False
        self._routes[name] = moved
        self._show(moved, now)
        if what:
            shown = why if who in (BREAKER, CONFIGURATION) else "…"  # what a person typed is kept
            log.warning("route %s: %s by %s (%s)", name, what, who, shown)
        return True

    def _move(self, name: str, change: Callable[[Route], Route | None], now: datetime, who: str,
              what: str, why: str, transaction: Transaction) -> Route | None:
        configured = self._configured[name]
        before, was_configured = self.book.routes(within=transaction).get(
            name, (self._routes[name], None))
        after = change(before)
        if after is None or (after == before and was_configured == configured):
            return None
        told = RouteChange(at=now, provider=name, who=who, what=what, why=why, state=after.state,
                           weight=after.weight) if what else None
        self.book.save(after, configured, told, within=transaction)
        transaction.note({"weight": before.weight}, {"weight": after.weight, "provider": name})
        return after

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        for provider in self.by_name.values():
            provider.close()

    def _judge(self, route: Route, judgement: Judged, outcome: Outcome, now: datetime,
               began: datetime) -> None:
        """Opens the breaker, or takes the outcome of a probe, when the call was one."""
        if route.state == "probing" and route.since is not None and began >= route.since:
            self._probed(route, judgement, now)
        elif judgement == "down" and isinstance(outcome, Refused):
            self._open(route.name, outcome.code, now)
        elif route.state == "closed" and (
            reason := rules.fault_in(self.tally(route, now), self.policy)
        ):
            self._open(route.name, reason, now)

    def _open(self, name: str, reason: str, now: datetime) -> None:
        def change(one: Route) -> Route | None:
            return rules.opened(one, reason, now, self.policy) if one.state == "closed" else None

        self.move(name, change, now, what="opened", why=reason)

    def _probed(self, route: Route, judgement: Judged, now: datetime) -> None:
        def change(one: Route) -> Route | None:
            if one.state != "probing":
                return None
            return rules.after_probe(one, judgement, now, self.policy)

        after = change(route) or route
        what = "closed" if after.state == "closed" else "" if after.passed else "opened again"
        self.move(route.name, change, now, what=what, why=route.reason or "")

    def _is_ours_to_probe(self, name: str, now: datetime) -> bool:
        """One worker of all wins, and its message is the probe."""
        def change(one: Route) -> Route | None:
            return rules.probing(one, now, self.policy) if rules.may_probe(one, now) else None

        try:
            return self.move(name, change, now)
        except Unavailable:
            return False

    def _look(self, now: datetime) -> None:
        self._counts.write()
        self._see(now)
        window = now - self.policy.window
        self._counts.read({route.name: rules.counted_since(route, window)
                           for route in self.seen()}, now + FRESH)
        looked = self._receipts_looked
        if looked is None or not timedelta() <= now - looked < RECEIPTS_EVERY:
            self._receipts_looked = now
            self._watch_receipts(now)

    def _see(self, now: datetime) -> None:
        """The routes as all workers see them; a weight that is new in the configuration holds."""
        known = self.book.routes()
        for name, weight in self._configured.items():
            if name in known and known[name][1] == weight:
                self._routes[name] = known[name][0]
                self._show(self._routes[name], now)
            else:
                self.move(name, partial(replace, weight=weight), now, who=CONFIGURATION,
                          what="weight", why=f"{weight:g}")

    def _watch_receipts(self, now: datetime) -> None:
        """Turns from a provider whose messages get no receipts while another's do. When none of
        them has any, it is our own door that is shut, and nobody is punished for it."""
        closed = [route for route in self.seen() if share(route, now, self.policy) > 0]
        until = now - self.policy.matured
        since = until - self.policy.receipts_window
        tallies = self.book.tallies(
            {route.name: rules.counted_since(route, since) for route in closed}, until)
        silent = [name for name, tally in tallies.items() if rules.is_silent(tally, self.policy)]
        if len(silent) < len(closed):
            for name in silent:
                self._open(name, "receipts", now)

    def _show(self, route: Route, now: datetime) -> None:
        gauge("xiangxin_sms_breaker_open", int(route.state != "closed"), provider=route.name)
        gauge("xiangxin_sms_share", share(route, now, self.policy), provider=route.name)
        gauge("xiangxin_sms_weight", route.weight, provider=route.name)
