"""The doors of the stats service, and how it is put together once per process."""

from __future__ import annotations

from functools import cache
from logging import getLogger
from typing import Any, ClassVar

from nameko.timer import timer
from werkzeug.wrappers import Response

from kernel.application import Application
from kernel.clock import system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.live import Live
from kernel.mongo import Unavailable, available, open_database
from kernel.transaction import Transactions
from kernel.web import ANYONE, Call, door
from services.stats import schemas
from services.stats.briefs import load
from services.stats.domain.broken import FiguresMoving
from services.stats.domain.figures import Scope
from services.stats.service import briefs
from services.stats.service.briefs import BriefDoors
from services.stats.settings import StatsSettings
from services.stats.store import Store
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import figures_of, today
from services.stats.usecases.board import board, version
from services.stats.usecases.briefing.drafting import follow
from services.stats.usecases.folding import fold_figures
from services.stats.web import dashboard, fragments

log = getLogger(__name__)
BRIEFS_EVERY = 60.0  # seconds
ERRORS = briefs.ERRORS


def build(settings: StatsSettings) -> Stats:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "stats")
    return Stats(
        transactions=Transactions(database, source="/xiangxin/stats", clock=system_clock),
        store=Store.on(database), templates=load(), clock=system_clock,
        briefs_watched=settings.briefs_watched,
    )


@cache
def live_of(app: Stats) -> Live:
    """The stream of this process: all viewers share one look at the board."""
    return Live(
        read=lambda: fragments(board(app, Scope(as_of=today(app)))), version=lambda: version(app)
    )


class Http(BriefDoors):
    """For people and other systems."""

    name = "stats-http"
    app = Application(build)
    errors: ClassVar = ERRORS

    @door("GET", "/api/figures", allow=ANYONE, query=schemas.FiguresQuery(),
          answer=schemas.FiguresAnswer())
    def figures(self, call: Call) -> Any:
        """The figures of a period, programme, wing and street."""
        scope = _scope(self.app, call)
        with available():
            found = figures_of(self.app, scope)
        return {"as_of": scope.as_of, "since": scope.since, "figures": found.values,
                "suppressed": found.suppressed}

    @door("GET", "/live", allow=ANYONE, gives=("text/event-stream",))
    def live(self, call: Call) -> Response:
        """The board's tiles as server-sent events."""
        with available():
            return live_of(self.app).response(call)

    @door("GET", "/", allow=ANYONE, query=schemas.PeriodQuery())
    def dashboard(self, call: Call) -> Response:
        """The command office's wall; of a period in the past when one is asked for."""
        live = not (call.query["as_of"] or call.query["since"])
        with available():
            return dashboard(board(self.app, _scope(self.app, call)), live=live)


class Facts:
    """For facts of the other services."""

    name = "stats-facts"
    max_workers = 2
    app = Application(build)

    @hear("stats.fold-figures")
    def fold(self, heard: list[Envelope]) -> None:
        """Every public fact except the scans, into the figures."""
        fold_figures(self.app, heard)

    @timer(interval=BRIEFS_EVERY)
    def follow_briefs(self) -> None:
        """Published briefs whose figures moved get a revision to sign (C-47)."""
        try:
            for brief in follow(self.app):
                log.info("the revision of brief %d was looked at anew", brief)
        except (Unavailable, FiguresMoving) as away:
            log.info("briefs are not followed for now: %s", type(away).__name__)


def _scope(app: Stats, call: Call) -> Scope:
    query = dict(call.query)
    return Scope(as_of=query.pop("as_of") or today(app), **query)
