"""The service put together, once per process."""

from __future__ import annotations

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.city.settings import CitySettings
from services.city.store import Store
from services.city.usecases.application import City


def build(settings: CitySettings) -> City:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "city")
    return City(
        transactions=Transactions(database, source="/xiangxin/city", clock=system_clock),
        store=Store.on(database), vault=Vault(database, settings.vault_key), clock=system_clock,
        networks=settings.webhook_networks, feed_per_minute=settings.feed_per_minute,
    )
