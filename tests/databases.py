"""What becomes of a test's databases afterwards."""

from __future__ import annotations

import os

from pymongo import MongoClient


def drop_databases(uri: str, prefix: str) -> None:
    """Drop the databases of a given server whose names begin so; a private one goes with its data.

    SecantusDB never ends a drop that meets a document which an open transaction has changed, and
    the transaction of a killed process stays open for a minute.
    """
    if uri != os.environ.get("MONGODB_URI"):
        return
    with MongoClient[dict[str, object]](uri) as client:
        for name in client.list_database_names():
            if name.startswith(prefix):
                client.drop_database(name)
