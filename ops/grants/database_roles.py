"""What each process may do at the database: its own one, and the relay only what it carries."""

from __future__ import annotations

from typing import Any

from kernel.inbox import INBOX
from kernel.outbox import OUTBOX
from kernel.relay.lease import LEASES
from kernel.vault import KEYVAULT
from ops.grants.broker_rights import (
    BRIDGE,
    CITY,
    OPERATORS,
    RELAY,
    SERVICES,
    TELLERS,
    WEBHOOKS,
)

WORK = ("find", "insert", "update", "remove", "killCursors", "listCollections", "listIndexes",
        "createCollection", "createIndex")  # the last two for keys that a vault makes
CARRY = {  # what kernel.relay does to each collection
    OUTBOX: ("find", "update", "changeStream", "killCursors"),
    LEASES: ("find", "insert", "update", "remove"),
    INBOX: ("find", "remove"),
    KEYVAULT: ("find",),
}

Privilege = dict[str, Any]


def role(process: str, prefix: str) -> str:
    """The name of its role; two platforms on one server have prefixes of their own."""
    return f"{prefix}{process}"


def privileges(process: str, prefix: str) -> list[Privilege]:
    """MongoDB's privileges of one process, as `createRole` takes them."""
    if process == RELAY:
        return [_may(f"{prefix}{service}", actions, collection)
                for service in TELLERS for collection, actions in CARRY.items()]
    if process == OPERATORS:
        return [_may(f"{prefix}{service}", (*WORK, "dropCollection")) for service in SERVICES]
    if process in (BRIDGE, WEBHOOKS):
        return [_may(f"{prefix}{CITY}", WORK)]
    if process not in SERVICES:
        raise LookupError(process)
    return [_may(f"{prefix}{process}", WORK)]


def _may(database: str, actions: tuple[str, ...], collection: str = "") -> Privilege:
    """Without a collection: in each of the database's own."""
    return {"resource": {"db": database, "collection": collection}, "actions": list(actions)}
