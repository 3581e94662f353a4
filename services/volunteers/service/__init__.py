"""The volunteers service: its doors, what it hears, and what its time brings."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import ClassVar

from nameko.timer import timer

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.clock import local_day, system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.logins import keep_accounts
from kernel.mongo import Unavailable
from kernel.pages import Pages
from kernel.sign_in import SignInPages
from services.volunteers import domain, usecases
from services.volunteers.service import (
    certificates,
    corrections,
    errors,
    exports,
    imports,
    people,
    sanity,
    stars,
)
from services.volunteers.service.certificates import CertificateDoors
from services.volunteers.service.corrections import CorrectionDoors
from services.volunteers.service.exports import ExportDoors
from services.volunteers.service.hours import HoursDoors
from services.volunteers.service.imports import ImportDoors
from services.volunteers.service.parts import build
from services.volunteers.service.people import PeopleDoors
from services.volunteers.service.sanity import SanityDoors
from services.volunteers.service.stars import StarDoors
from services.volunteers.usecases import duties, lapsing, rooting, watching
from services.volunteers.usecases.imports import entering
from services.volunteers.usecases.people import hearing, qualifying, retaining
from services.volunteers.usecases.stars.weighing import weigh_all
from services.volunteers.web.certificate_pages import CertificatePages
from services.volunteers.web.correction_pages import CorrectionPages
from services.volunteers.web.decision_pages import DecisionPages
from services.volunteers.web.desk import DeskPages
from services.volunteers.web.import_pages import ImportPages
from services.volunteers.web.list_pages import CONSOLE, ListPages
from services.volunteers.web.own_pages import OwnPages
from services.volunteers.web.register_pages import RegisterPages
from services.volunteers.web.staff_pages import StaffPages
from services.volunteers.web.words import FOR_TEMPLATES

__all__ = ["ERRORS", "Facts", "Http", "build"]

log = getLogger(__name__)
SWEEP_EVERY = 3600.0  # seconds
ROOTS_EVERY = 60.0  # seconds
DUTIES_EVERY = 60.0  # seconds
HOLDS_EVERY = 60.0  # seconds
IMPORTS_EVERY = 5.0  # seconds: somebody waits for what was approved
STARS_EVERY = 120.0  # seconds: a look at every head of the ledger
ERRORS = {
    **errors.ERRORS, **corrections.ERRORS, **certificates.ERRORS, **people.ERRORS, **stars.ERRORS,
    **imports.ERRORS, **sanity.ERRORS, **exports.ERRORS,
}


class Http(HoursDoors, CorrectionDoors, CertificateDoors, StarDoors, PeopleDoors, ImportDoors,
           CorrectionPages, CertificatePages, RegisterPages, OwnPages,
           SignInPages, AuditPages, ListPages, DecisionPages, StaffPages, ImportPages,
           DeskPages, SanityDoors, ExportDoors):
    """For volunteers and whoever they show their hours to."""

    name = "volunteers-http"
    app = Application(build, "app")
    register = Application(build, "register")
    certification = Application(build, "certification")
    stars = Application(build, "stars")
    errors: ClassVar = ERRORS
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(
        Path(__file__).parents[1] / "web", service="volunteers", explained=domain.explained,
        console=CONSOLE, **FOR_TEMPLATES,
    )


class Facts:
    """For facts, and for what its time brings."""

    name = "volunteers-facts"
    app = Application(build, "app")
    register = Application(build, "register")
    stars = Application(build, "stars")

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

    @timer(interval=STARS_EVERY)
    def weigh_stars(self) -> None:
        """Hours and days that call for stars, or for a review of them, become proposals."""
        try:
            weigh_all(self.stars, local_day(system_clock()))
        except Unavailable:
            log.warning("weighing stars waits for the database")

    @hear("volunteers.keep-accounts")
    def keep_accounts(self, heard: list[Envelope]) -> None:
        """Who may act, and who signed out."""
        keep_accounts(self.app.transactions, "volunteers.keep-accounts", heard)

    @hear("volunteers.keep-contacts")
    def keep_contacts(self, heard: list[Envelope]) -> None:
        """Whose reference is whose, and names to print on certificates."""
        hearing.keep_contacts(self.register, heard)

    @timer(interval=SWEEP_EVERY)
    def let_end(self) -> None:
        """Qualifications that ran out are told, and what is past its time is forgotten (C-31)."""
        try:
            qualifying.sweep(self.register)
            retaining.forget(self.register)
        except Unavailable as away:
            log.info("nothing ends by itself for now: %s", away)

    @hear("volunteers.watch-duties")
    def watch_duties(self, heard: list[Envelope]) -> None:
        """Sessions whose records are to be complete in time."""
        watching.watch_duties(self.app, heard)

    @timer(interval=DUTIES_EVERY, eager=True)
    def look_after_duties(self) -> None:
        """Records that are overdue are told, once per session (C-19)."""
        try:
            duties.sweep(self.app)
        except Unavailable as away:
            log.info("duties are not looked after for now: %s", away)

    @timer(interval=HOLDS_EVERY, eager=True)
    def hold_open_stays(self) -> None:
        """Stays without a check-out are held once the grace after the session's end is over."""
        try:
            if number := lapsing.hold_open_stays(self.app):
                log.info("the grace of %d sessions is over", number)
        except Unavailable as away:
            log.info("open stays are not held for now: %s", away)

    @timer(interval=IMPORTS_EVERY, eager=True)
    def finish_imports(self) -> None:
        """Imports that were approved are entered, also those that a crash interrupted."""
        try:
            for import_id in entering.finish(self.app):
                log.info("import %s is entered", import_id)
        except Unavailable as away:
            log.info("imports are not finished for now: %s", away)
