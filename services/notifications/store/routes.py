"""Routes as all workers see them: state, what was counted of calls, every change (N-9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel, UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from kernel.mongo import available
from kernel.transaction import Transaction
from services.notifications.domain.routing import Route, Tally

KEPT = {"route_tallies": 7_200, "route_changes": 400 * 86_400}  # seconds
INDEXES: Mapping[str, list[IndexModel]] = {
    "routes": [],
    "route_turns": [],
    **{name: [IndexModel([("at", DESCENDING)], name="latest", expireAfterSeconds=seconds)]
       for name, seconds in KEPT.items()},
}


@dataclass(frozen=True, kw_only=True)
class RouteChange:
    """One change of a route: who (`breaker`, `configuration` or a member of staff) and why."""

    at: datetime
    provider: str
    who: str
    what: str
    why: str
    state: str
    weight: float


class RouteBook:
    """Collections `routes` (by provider), `route_tallies` (by provider, ten seconds and worker,
    so that nobody waits for anybody), `route_turns` (until when a provider's time is taken) and
    `route_changes`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._routes = database["routes"]
        self._tallies = database["route_tallies"]
        self._changes = database["route_changes"]
        self._turns = database["route_turns"]

    def routes(self, *, within: Transaction | None = None) -> dict[str, tuple[Route, float]]:
        """Each route by name, with the weight that the configuration gave it."""
        with available():
            found = list(self._routes.find(session=within.session if within else None))
        return {one["_id"]: (_route(one), one["configured"]) for one in found}

    def save(self, route: Route, configured: float, change: RouteChange | None,
             *, within: Transaction) -> None:
        """The route as it is now, and what is remembered of the change."""
        document = {**asdict(route), "configured": configured}
        del document["name"]
        self._routes.replace_one({"_id": route.name}, document, upsert=True, session=within.session)
        if change is not None:
            self._changes.insert_one(asdict(change), session=within.session)

    def count(self, tallies: Mapping[tuple[str, datetime], Tally], worker: str) -> None:
        """Adds what one worker counted, by provider and start of the ten seconds."""
        steps = [
            UpdateOne(
                {"_id": f"{name} {at.timestamp():.0f} {worker}"},
                {"$inc": asdict(tally), "$setOnInsert": {"at": at, "provider": name}}, upsert=True,
            )
            for (name, at), tally in tallies.items()
        ]
        if steps:
            with available():
                self._tallies.bulk_write(steps, ordered=False)

    def tallies(self, since: Mapping[str, datetime], until: datetime) -> dict[str, Tally]:
        """What all workers counted of each provider since its moment, up to that one."""
        sums = {name: Tally() for name in since}
        if not since:
            return sums
        query = {"at": {"$gte": min(since.values()), "$lt": until}}
        with available():
            for one in self._tallies.find(query):
                name = one["provider"]
                if name in sums and one["at"] >= since[name]:
                    sums[name] += Tally(**{field: one.get(field, 0) for field in vars(Tally())})
        return sums

    def reserve(self, name: str, now: float, seconds: float) -> float:
        """Takes the next `seconds` of a provider's time that nobody has; returns when they begin.
        Times are seconds since 1970. Raises Unavailable."""
        with available():
            while True:
                found = self._turns.find_one({"_id": name})
                first = max(now, found["next"]) if found else now
                if found is None:
                    with suppress(DuplicateKeyError):
                        self._turns.insert_one({"_id": name, "next": first + seconds})
                        return first
                elif self._turns.update_one(
                    {"_id": name, "next": found["next"]}, {"$set": {"next": first + seconds}}
                ).modified_count:
                    return first

    def changes(self, limit: int) -> list[RouteChange]:
        """The latest changes, newest first."""
        with available():
            found: Iterable[dict[str, Any]] = self._changes.find(
                projection={"_id": False}).sort("at", DESCENDING).limit(limit)
            return [RouteChange(**one) for one in found]


def _route(document: Mapping[str, Any]) -> Route:
    fields = {name: document[name] for name in Route.__dataclass_fields__ if name in document}
    return Route(**{**fields, "name": document["_id"]})
