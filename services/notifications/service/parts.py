"""The service put together, once per process: what it keeps, tells, and sends through."""

from __future__ import annotations

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.notifications.providers.base import Provider
from services.notifications.providers.console import Console
from services.notifications.providers.kannel import Kannel
from services.notifications.settings import NotificationsSettings
from services.notifications.store import Store
from services.notifications.templates import Texts
from services.notifications.usecases.application import App


def build(settings: NotificationsSettings) -> App:
    """The service on its own database; waits for nothing."""
    if settings.vault_key is None:
        raise ValueError("VAULT_KEY is missing: telephone numbers are kept sealed")
    database = open_database(settings, "notifications")
    vault = Vault(database, settings.vault_key)
    store = Store.on(database, vault)
    return App(
        transactions=Transactions(
            database, source="/xiangxin/notifications", clock=system_clock, vault=vault
        ),
        store=store,
        texts=Texts(settings.sms_signature),
        provider=_provider(settings, store),
        clock=system_clock,
        rules=settings.rules(),
        pace=settings.pace(),
    )


def _provider(settings: NotificationsSettings, store: Store) -> Provider:
    if settings.sms_provider == "kannel":
        return Kannel(settings.kannel())
    return Console(store.phone, system_clock)
