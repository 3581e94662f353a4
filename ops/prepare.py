"""What must be there before services do their work: indexes, queues, programmes. Safe to repeat."""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import amqp
from pymongo import IndexModel

from kernel import declaring
from kernel.broker import drop, open_connection
from kernel.mongo import Unavailable, available, ensure_indexes, open_database, ping
from kernel.retiring import retire
from kernel.settings import Settings, read
from kernel.transaction import KERNEL_INDEXES
from ops.city_host import declare_city, make_city_host
from ops.grants import Admin, grant_broker, grant_database
from ops.grants.broker_rights import SERVICES

PROGRAMMES = Path(__file__).resolve().parents[1] / "services" / "events" / "programmes"
PATIENCE = 120.0  # seconds servers may take to come up

T = TypeVar("T")


def once_there(
    what: str, look: Callable[[], T], *, tell: Callable[[str], None], within: float = PATIENCE
) -> T:
    """The result of `look` as soon as its server answers; the last error after `within` seconds."""
    deadline, pause = time.monotonic() + within, 0.2
    while True:
        try:
            return look()
        except (Unavailable, OSError, amqp.AMQPError) as error:
            if time.monotonic() > deadline:
                raise
            tell(f"waiting for the {what}: {type(error).__name__}")
        time.sleep(pause)
        pause = min(pause * 1.7, 5.0)


def grant(settings: Admin) -> dict[str, list[str]]:
    """Make the users of all processes, with their rights; names by server, none for a server of
    which no such URI is given."""
    make_city_host(settings)
    return {"database": grant_database(settings), "broker": grant_broker(settings)}


def migrate(settings: Settings, services: Iterable[str] = SERVICES) -> None:
    """Make what is missing of every service's collections and indexes."""
    for service in services:
        database = open_database(settings, service)
        try:
            ping(database)
            with available():
                ensure_indexes(database, {**KERNEL_INDEXES, **_indexes(service)})
        finally:
            database.client.close()


def _indexes(service: str) -> Mapping[str, list[IndexModel]]:
    store = importlib.import_module(f"services.{service}.store")
    indexes: Mapping[str, list[IndexModel]] = store.INDEXES
    return indexes


def with_broker(uri: str, work: Callable[[amqp.Connection], T]) -> T:
    """Run `work` on a connection of its own, dropped afterwards."""
    connection = open_connection(uri)
    try:
        return work(connection)
    finally:
        drop(connection)


def declare(settings: Admin) -> list[str]:
    """Make every exchange and queue of the catalogue and take away those of earlier versions; one
    sentence for each that has to stay for now. Raises WrongTopology."""
    with_broker(settings.declaring_uri, lambda c: declaring.declare(
        c, rungs=settings.retry_rungs, kept=_kept(settings)))
    return [*retire(settings.declaring_uri, rungs=settings.retry_rungs), *declare_city(settings)]


def verify(settings: Settings) -> None:
    """Look whether they are all there, make nothing. Raises WrongTopology."""
    with_broker(settings.amqp_uri, lambda c: declaring.verify(
        c, rungs=settings.retry_rungs, kept=_kept(settings)))


def _kept(settings: Settings) -> declaring.Kept:
    return declaring.Kept(days=settings.log_days, gigabytes=settings.log_gigabytes)


def load_programmes(environ: Mapping[str, str], folder: Path = PROGRAMMES) -> list[str]:
    """Keep and tell the programmes that are new or changed; their keys. Raises ProgrammeFault."""
    # Only this command needs a whole service, with nameko (and eventlet's notice) behind it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    door: Any = importlib.import_module("services.events.service")
    from kernel.running import settings_class
    from services.events.programmes import load
    from services.events.usecases.programmes import load_programmes as keep

    app = door.build(read(settings_class("services.events"), environ))
    try:
        return keep(app, load(folder).values())
    finally:
        app.vault.close()
        app.transactions.database.client.close()
