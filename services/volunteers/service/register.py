"""The register of persons, put together; what rests on it is opened from here as well."""

from __future__ import annotations

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store.people import People
from services.volunteers.usecases.people.register import Register


def open_register(settings: VolunteersSettings) -> Register:
    """The register of persons on the same database; waits for nothing."""
    database = open_database(settings, "volunteers")
    vault = Vault(database, settings.vault_key)
    return Register(
        transactions=Transactions(
            database, source="/xiangxin/volunteers", clock=system_clock, vault=vault
        ),
        people=People.on(database), vault=vault, policy=settings.register_policy(),
    )
