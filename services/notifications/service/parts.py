"""The service put together, once per process: what it keeps, tells, and sends through."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.notifications.providers.chosen import chosen
from services.notifications.settings import NotificationsSettings
from services.notifications.store import Store
from services.notifications.templates import Texts
from services.notifications.templates.codes import Codes, read_codes
from services.notifications.usecases import inbound, receiving
from services.notifications.usecases.application import App
from services.notifications.usecases.routing import Routes


def build(settings: NotificationsSettings) -> App:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "notifications")
    vault = Vault(database, settings.vault_key)
    store = Store.on(database, vault)
    codes = read_codes(settings.template_codes) if settings.template_codes else Codes()
    providers = chosen(settings, signature=settings.sms_signature, codes=codes,
                       phone=store.phone, clock=system_clock)
    transactions = Transactions(
        database, source="/xiangxin/notifications", clock=system_clock, vault=vault
    )
    app = App(
        transactions=transactions,
        store=store,
        texts=Texts(settings.sms_signature),
        codes=codes,
        routes=Routes(providers, book=store.routes, transactions=transactions,
                      policy=settings.breakers(), rates=settings.sms_qps),
        kept=timedelta(seconds=settings.messages_kept),
        audience_kept=timedelta(seconds=settings.audience_kept),
        clock=system_clock,
        rules=settings.rules(),
        pace=settings.pace(),
        limits=settings.limits(),
        patience=settings.patience(),
        terms=settings.terms(),
        amqp_uri=settings.amqp_uri,
    )
    for name, provider in app.routes.by_name.items():
        provider.listen(partial(receiving.take, app, name), partial(inbound.take_one, app))
    return app
