"""The stats service: its doors, what it hears, and what its time brings."""

from __future__ import annotations

from functools import cache
from logging import getLogger
from typing import ClassVar

from nameko.timer import timer
from werkzeug.wrappers import Response

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.live import Live
from kernel.logins import keep_accounts
from kernel.mongo import Unavailable, available
from kernel.pages import Pages
from kernel.sign_in import SignInPages
from kernel.web import ANYONE, Call, door
from services.stats import schemas
from services.stats.domain.broken import FiguresMoving
from services.stats.domain.figures import Scope
from services.stats.service import briefs
from services.stats.service.briefs import BriefDoors
from services.stats.service.figures import FigureDoors
from services.stats.service.parts import build
from services.stats.service.sources import SourceDoors
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import today
from services.stats.usecases.board import board, version
from services.stats.usecases.briefing.drafting import follow
from services.stats.usecases.folding import fold_figures
from services.stats.usecases.gauging import gauge
from services.stats.usecases.goals import tell_reached
from services.stats.web import WEB, dashboard, fragments
from services.stats.web.acting import scope_of
from services.stats.web.brief_pages import BriefPages
from services.stats.web.brief_words import FOR_TEMPLATES
from services.stats.web.figure_pages import FigurePages
from services.stats.web.staff_brief_pages import CONSOLE, StaffBriefPages

__all__ = ["ERRORS", "Facts", "Http", "build"]

log = getLogger(__name__)
BRIEFS_EVERY = 60.0  # seconds
BEAT = 5.0  # seconds: after three without one the wall says that it is stale
GOALS_EVERY = 30.0  # seconds
ERRORS = briefs.ERRORS


@cache
def live_of(app: Stats, opens: bool) -> Live:
    """The stream of this process, and that for staff, whose figures can be opened: all viewers of
    one share a look at the board."""
    return Live(
        read=lambda: fragments(board(app, Scope(as_of=today(app))), opens=opens),
        version=lambda: version(app), beat=BEAT,
    )


class Http(FigureDoors, SourceDoors, BriefDoors, BriefPages, FigurePages, SignInPages,
           AuditPages, StaffBriefPages):
    """For people and other systems."""

    name = "stats-http"
    app = Application(build)
    errors: ClassVar = ERRORS
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(WEB, service="stats", console=CONSOLE, **FOR_TEMPLATES)

    @door("GET", "/live", allow=ANYONE, gives=("text/event-stream",))
    def live(self, call: Call) -> Response:
        """The board's tiles as server-sent events."""
        with available():
            return live_of(self.app, call.staff).response(call)

    @door("GET", "/", allow=ANYONE, query=schemas.WallQuery())
    def dashboard(self, call: Call) -> Response:
        """The command office's wall; of a period in the past when one is asked for."""
        live = not (call.query["as_of"] or call.query["since"])
        with available():
            return dashboard(board(self.app, scope_of(self.app, call)), live=live,
                             theme=call.query["theme"], opens=call.staff)


class Facts:
    """For facts of the other services."""

    name = "stats-facts"
    max_workers = 2
    app = Application(build)

    @hear("stats.fold-figures")
    def fold(self, heard: list[Envelope]) -> None:
        """Every public fact except the scans, into the figures."""
        fold_figures(self.app, heard)

    @hear("stats.keep-accounts")
    def keep_accounts(self, heard: list[Envelope]) -> None:
        """Who may act, and who signed out."""
        keep_accounts(self.app.transactions, "stats.keep-accounts", heard)

    @timer(interval=BRIEFS_EVERY)
    def follow_briefs(self) -> None:
        """Published briefs whose figures moved get a revision to sign (C-47)."""
        try:
            for brief in follow(self.app):
                log.info("the revision of brief %d was looked at anew", brief)
        except (Unavailable, FiguresMoving) as away:
            log.info("briefs are not followed for now: %s", type(away).__name__)

    @timer(interval=GOALS_EVERY, eager=True)
    def look_after_goals(self) -> None:
        """What was reached of a goal is told, once; monitoring sees the headline figures."""
        try:
            for reached in tell_reached(self.app):
                log.info("goal %s: %d %% reached", reached.goal, reached.percent)
            gauge(self.app)
        except Unavailable as away:
            log.info("goals are not looked after for now: %s", away)
