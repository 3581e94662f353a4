"""The doors of the events service, and how it is put together once per process."""

from __future__ import annotations

from pathlib import Path

from kernel.application import Application
from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.pages import Pages
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.events.service.activities import ActivityDoors
from services.events.service.desk import DeskDoors
from services.events.service.errors import ERRORS
from services.events.service.programmes import ProgrammeDoors
from services.events.service.records import RecordDoors
from services.events.service.signups import SignUpDoors
from services.events.settings import EventsSettings
from services.events.store import Store
from services.events.usecases.application import Events, Policy
from services.events.web.pages import PageDoors
from services.events.web.programme_pages import ProgrammePages

__all__ = ["ERRORS", "Http", "build"]


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
        policy=Policy(party_limit=settings.party_limit, desk=settings.desk_rules()),
    )


class Http(
    ActivityDoors, SignUpDoors, DeskDoors, RecordDoors, ProgrammeDoors, PageDoors, ProgrammePages,
):
    """For people, desks and other systems."""

    name = "events-http"
    max_workers = 400
    app = Application(build)
    pages = Pages(Path(__file__).parents[1] / "web", service="events")
    errors = ERRORS
