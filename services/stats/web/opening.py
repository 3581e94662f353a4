"""The way from a figure to what it was added up from: its address, and the look itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from logging import getLogger
from urllib.parse import urlencode

from kernel import metrics
from kernel.mongo import available
from kernel.web import Call, Problem, Refused
from services.stats.domain.figures import NAMES, Scope
from services.stats.domain.programme import Programme
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import programmes_of
from services.stats.usecases.opening import Opened, open_figure
from services.stats.web.acting import scope_of

log = getLogger(__name__)
FIGURE = f"<any({', '.join(NAMES)}):name>"
Way = Callable[..., str]


def no_way(name: str, *parts: tuple[str, str]) -> str:
    """For readers who may not open figures: a number stays a plain number."""
    return ""


def ways(scope: Scope, programmes: Mapping[str, Programme], *, confidential: bool = False) -> Way:
    """The address behind a figure, of the scope or of a part: `way("hours", ("wing", "聚心"))`.

    Empty for a confidential programme unless the reader may see it.
    """

    def way(name: str, *parts: tuple[str, str]) -> str:
        within = scope
        for by, part in parts:
            within = within.part(by, part)
        asked = programmes.get(within.programme or "")
        if asked and asked.confidential and not confidential:
            return ""
        return f"/figures/{name}?{urlencode(asked_for(within))}"

    return way


def asked_for(scope: Scope) -> dict[str, str]:
    """The scope as a query."""
    named = {"from": scope.since, "as_of": scope.as_of, "programme": scope.programme,
             "wing": scope.wing, "street": scope.street, "owner": scope.owner}
    return {name: str(value) for name, value in named.items() if value}


def look_into(app: Stats, call: Call, name: str) -> Opened:
    """A page of what a figure was added up from, as its query asks. Every look is told to the log
    and counted; 403 for a confidential programme without the right."""
    scope, query = scope_of(app, call), call.query
    with available():
        asked = programmes_of(app).get(scope.programme or "")
        if asked and asked.confidential and not call.confidential:
            raise Refused(Problem(403, "caseworker_needed"))
        found = open_figure(app, name, scope, exact=call.confidential, after=query["after"],
                            limit=query["limit"])
    log.info("%s opened %s (%d sources, correlation %s)", call.rights.actor, name,
             len(found.items), call.correlation)
    metrics.count("xiangxin_exports_total", what="sources",
                  who="caseworker" if call.confidential else "staff")
    return found
