"""The doors of the volunteers service, and how it is put together once per process."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path

from nameko.timer import timer

from kernel.application import Application
from kernel.clock import system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.mongo import Unavailable, open_database
from kernel.pages import Pages
from kernel.transaction import Transactions
from services.volunteers import domain, usecases
from services.volunteers.service.errors import ERRORS
from services.volunteers.service.hours import HoursDoors
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import Store
from services.volunteers.usecases import App, rooting

__all__ = ["ERRORS", "Facts", "Http", "build"]

log = getLogger(__name__)
ROOTS_EVERY = 60.0  # seconds


def build(settings: VolunteersSettings) -> App:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "volunteers")
    transactions = Transactions(database, source="/xiangxin/volunteers", clock=system_clock)
    return App(
        transactions=transactions, store=Store(database), rules=settings.hour_rules(),
        weights=settings.time_bank_weights or {},
    )


class Http(HoursDoors):
    """For people."""

    name = "volunteers-http"
    app = Application(build)
    pages = Pages(
        Path(__file__).parents[1] / "web", service="volunteers", explained=domain.explained
    )
    errors = ERRORS


class Facts:
    """For facts, and for what happens once a day."""

    name = "volunteers-facts"
    app = Application(build)

    @hear("volunteers.credit-hours")
    def credit_hours(self, heard: list[Envelope]) -> None:
        """Attendance becomes hours."""
        usecases.credit_hours(self.app, heard)

    @timer(interval=ROOTS_EVERY)
    def tell_roots(self) -> None:
        """The root of each day that is over, told once (by whichever replica)."""
        try:
            for root in rooting.root_ledgers(self.app, system_clock):
                log.info("ledgers rooted for %s: %s", root.day, root.root)
        except Unavailable as away:
            log.info("no root is told for now: %s", away)
