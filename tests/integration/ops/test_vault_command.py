"""`xiangxin vault`, as an operator types it while the master key is changed (N-23)."""

from __future__ import annotations

import base64
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from kernel.vault import Vault
from tests.rig.typed import typed as typed_here
from tests.rig.typed import typed_apart

OLD, NEW = bytes(range(96)), bytes(range(96, 192))
OLD_ONLY = base64.b64encode(OLD).decode()
NEW_ONLY = f"k2027:{base64.b64encode(NEW).decode()}"
BOTH = f"{NEW_ONLY},{OLD_ONLY}"
NUMBER = "13900000001"


def test_n_23_an_operator_changes_the_master_key_and_gives_the_old_one_up(
    mongodb_uri: str, database_name: str
) -> None:
    def typed(*words: str, key: str, apart: bool = False) -> tuple[int, str]:
        environ = {"AMQP_URI": "amqp://nobody@127.0.0.1:1/", "VAULT_KEY": key,
                   "MONGODB_URI": mongodb_uri, "DATABASE_PREFIX": f"{database_name}_"}
        done = (typed_apart if apart else typed_here)(environ, "vault", *words)
        return done.returncode, done.stdout + done.stderr

    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        of = {name: client[f"{database_name}_{name}"]
              for name in ("events", "volunteers", "notifications", "city")}
        try:
            sealed = {name: _fill(database) for name, database in of.items()}
            code, said = typed("status", key=BOTH)
            assert code == 1 and said.count("1 data keys still under the key without") == 4, said
            code, said = typed("rotate", key=BOTH, apart=True)
            assert code == 0 and "\n1 numbers sealed anew" in said, said
            code, said = typed("status", key=NEW_ONLY)
            assert code == 0 and "VAULT_KEY needs its first key only" in said, said
            assert said.count("data keys under the key k2027") == 4
            for name, database in of.items():
                vault = Vault(database, {"k2027": NEW})
                assert (vault.open(sealed[name][0]), vault.digest(NUMBER)) == (
                    NUMBER, sealed[name][1])
            code, said = typed("rotate", "events", key=OLD_ONLY)
            assert code == 1 and "VAULT_KEY lacks a key that its data keys need" in said, said
        finally:
            for database in of.values():
                client.drop_database(database.name)


def _fill(database: Database[dict[str, Any]]) -> tuple[Any, str]:
    """A number as it is kept, and its hash, both by the old key."""
    vault = Vault(database, OLD)
    sealed = vault.seal(NUMBER)
    database["contacts"].insert_one({"_id": "p1", "number": sealed})
    return sealed, vault.digest(NUMBER)
