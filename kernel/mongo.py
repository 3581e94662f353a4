"""MongoDB: a database per service, its indexes, and the one word for "not reachable"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import pymongo
from pymongo import IndexModel, MongoClient, WriteConcern
from pymongo.database import Database
from pymongo.errors import (
    CollectionInvalid,
    ConnectionFailure,
    EncryptionError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

SAFE = WriteConcern(w="majority", j=True)
_GOING_DOWN = {91, 189, 11600, 11602}  # shutdown in progress, stepped down, interrupted


class Unavailable(Exception):
    """The database did not answer in time; nothing is wrong with what was asked: try later."""


class DatabaseSettings(Protocol):
    """What is read of the settings to reach a database."""

    @property
    def mongodb_uri(self) -> str: ...

    @property
    def database_prefix(self) -> str: ...


def open_database(settings: DatabaseSettings, service: str) -> Database[dict[str, Any]]:
    """The service's own database. Does not wait for the server; close it with `.client.close()`.

    Every write waits for the majority and the journal. `retryWrites` is left to the URI.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongodb_uri,
        appname=f"xiangxin-{service}",
        tz_aware=True,
        uuidRepresentation="standard",
        serverSelectionTimeoutMS=3_000,
        connectTimeoutMS=3_000,
        socketTimeoutMS=10_000,
        waitQueueTimeoutMS=5_000,
        maxPoolSize=64,
    )
    return client.get_database(settings.database_prefix + service, write_concern=SAFE)


def ensure_indexes(
    database: Database[dict[str, Any]], indexes: Mapping[str, Sequence[IndexModel]]
) -> None:
    """Make the collections and their indexes where missing; safe to repeat.

    An index that exists with other options is not changed: OperationFailure names it.
    """
    there = set(database.list_collection_names())
    for name, models in indexes.items():
        if name not in there:
            with _already_made():
                database.create_collection(name, check_exists=False)  # would list them all anew
        for model in models:
            options = dict(model.document)
            database[name].create_index(list(options.pop("key").items()), **options)


@contextmanager
def _already_made() -> Iterator[None]:
    """Two migrations may run at once: the second finds the collection made."""
    try:
        yield
    except CollectionInvalid:
        pass
    except OperationFailure as error:
        if error.code != 48:  # NamespaceExists
            raise


def is_unavailable(error: BaseException) -> bool:
    """Whether the error tells of the server or the way to it, not of what was asked."""
    if isinstance(error, EncryptionError):
        return is_unavailable(error.cause)
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError):
        return True
    if isinstance(error, OperationFailure) and error.code in _GOING_DOWN:
        return True
    return isinstance(error, PyMongoError) and error.timeout


def translate(error: Exception) -> Exception:
    """Unavailable for errors of the connection, any other error as it is."""
    if not is_unavailable(error):
        return error
    unavailable = Unavailable(f"database not reachable: {type(error).__name__}")
    unavailable.__cause__ = error
    return unavailable


@contextmanager
def available() -> Iterator[None]:
    """Inside, connection-class errors of pymongo leave as Unavailable."""
    try:
        yield
    except PyMongoError as error:
        if is_unavailable(error):
            raise translate(error) from error
        raise


def ping(database: Database[dict[str, Any]], *, within: float = 2.0) -> None:
    """Returns when the server answers; raises Unavailable when it does not within the seconds."""
    with available(), pymongo.timeout(within):
        database.command("ping")
