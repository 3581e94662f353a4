"""The doors of the events service, and how it is put together once per process."""

from __future__ import annotations

from datetime import timedelta
from logging import getLogger
from pathlib import Path

from nameko.timer import timer

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.clock import system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.login_token import Signer
from kernel.mongo import Unavailable, open_database
from kernel.pages import Pages
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.events.service.activities import ActivityDoors
from services.events.service.desk import DeskDoors
from services.events.service.errors import ERRORS
from services.events.service.exchange import ExchangeDoors
from services.events.service.family import FamilyDoors
from services.events.service.looks import LookDoors
from services.events.service.no_shows import NoShowDoors
from services.events.service.personal import PersonalDoors
from services.events.service.programmes import ProgrammeDoors
from services.events.service.records import RecordDoors
from services.events.service.signups import SignUpDoors
from services.events.service.staff import StaffDoors
from services.events.settings import EventsSettings
from services.events.store import Store
from services.events.usecases import due, following, people, retaining
from services.events.usecases.accounts.identity import Identity
from services.events.usecases.accounts.notes import Notes
from services.events.usecases.application import Events, Policy
from services.events.usecases.resident_standing import known_by_number
from services.events.web.approval_pages import ApprovalPages
from services.events.web.desk_pages import DeskPages
from services.events.web.look_pages import LookPages
from services.events.web.pages import PageDoors
from services.events.web.people_pages import PeoplePages
from services.events.web.programme_pages import ProgrammePages
from services.events.web.session_pages import SessionPages
from services.events.web.staff_account_pages import StaffAccountPages
from services.events.web.staff_activity_pages import StaffActivityPages
from services.events.web.staff_pages import CONSOLE
from services.events.web.staff_provider_pages import StaffProviderPages
from services.events.web.tickets import TicketPages

__all__ = ["ERRORS", "Facts", "Http", "build"]

log = getLogger(__name__)
SWEEP_EVERY = 1.0  # seconds
FORGET_EVERY = 3600.0  # seconds
NUMBERS_EVERY = 300.0  # seconds; only for those who were kept before
ROUNDS = 20


def build(settings: EventsSettings) -> Events:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "events")
    vault = Vault(database, settings.vault_key)
    return Events(
        transactions=Transactions(
            database, source="/xiangxin/events", clock=system_clock, vault=vault
        ),
        store=Store.on(database),
        vault=vault,
        signer=Signer(settings.login_key) if settings.login_key else None,
        notes=Notes(settings.login_key) if settings.login_key else None,
        identity=_identity(settings),
        policy=Policy(
            party_limit=settings.party_limit, desk=settings.desk_rules(),
            offer_hours=settings.offer_hours,
            told_again=timedelta(seconds=settings.contact_told_again),
            no_shows=settings.no_show_rules(), retention=settings.retention_rules(),
            tries_per_person=settings.tries_per_person,
            sign_ups_per_address=settings.signups_per_address,
            codes_per_address=settings.codes_per_address,
            resident_login=timedelta(seconds=settings.resident_login),
            look_lasts=timedelta(seconds=settings.read_ticket_lasts),
        ),
    )


def _identity(settings: EventsSettings) -> Identity | None:
    """The district's provider, where there is one; Authlib is loaded for it alone."""
    if settings.oidc_issuer is None:
        return None
    from services.events.identity_provider import IdentityProvider

    return IdentityProvider(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id,
        secret=settings.oidc_client_secret or "", name_claim=settings.oidc_name_claim,
        role_claim=settings.oidc_role_claim, roles=settings.oidc_roles or {},
    )


class Http(ActivityDoors, SignUpDoors, DeskDoors, NoShowDoors, RecordDoors, ProgrammeDoors,
           ExchangeDoors, StaffDoors, PersonalDoors, FamilyDoors, LookDoors, PageDoors,
           TicketPages, DeskPages, LookPages, PeoplePages,
           ProgrammePages, StaffProviderPages, StaffAccountPages, AuditPages, StaffActivityPages,
           SessionPages, ApprovalPages):
    """For people, desks and other systems."""

    name = "events-http"
    max_workers = 400
    app = Application(build)
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(Path(__file__).parents[1] / "web", service="events", console=CONSOLE)
    errors = ERRORS


class Facts:
    """What is heard, and what happens by itself when its time has come."""

    name = "events-facts"
    max_workers = 4
    app = Application(build)

    @hear("events.keep-qualifications")
    def keep_qualifications(self, heard: list[Envelope]) -> None:
        """Who may take posts that ask for a qualification."""
        people.keep_qualifications(self.app, heard)

    @hear("events.follow-persons")
    def follow_persons(self, heard: list[Envelope]) -> None:
        """Whom volunteers forgot, and who came back with another telephone."""
        following.follow_persons(self.app, heard)

    @timer(interval=FORGET_EVERY)
    def forget(self) -> None:
        """What is past its time is forgotten (C-31)."""
        try:
            retaining.retention(self.app).run(self.app.clock())
        except Unavailable as away:
            log.info("nothing is forgotten for now: %s", away)

    @timer(interval=NUMBERS_EVERY)
    def know_numbers(self) -> None:
        """People who were kept before telephones had a keyed hash get it: once, in rounds."""
        try:
            for _ in range(ROUNDS):
                if not known_by_number(self.app):
                    break
        except Unavailable as away:
            log.info("numbers wait for now: %s", away)

    @timer(interval=SWEEP_EVERY)
    def let_happen(self) -> None:
        """Offers lapse, draws are held, reminders go out: as many rounds as are due."""
        try:
            for _ in range(ROUNDS):
                if due.sweep(self.app) < due.AT_ONCE:
                    break
        except Unavailable as away:
            log.info("nothing happens by itself for now: %s", away)
