"""Users of the database: each has its own part. On the embedded server, which looks at the database
only; that the relay is kept to its collections is shown on a real one (tests/compose)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.outbox import OUTBOX
from kernel.relay import Relay
from kernel.transaction import Transactions
from kernel.vault import Vault
from ops import prepare
from ops.grants.broker_rights import (
    BRIDGE,
    CITY,
    OPERATORS,
    PROCESSES,
    RELAY,
    SERVICES,
    TELLERS,
    WEBHOOKS,
)
from ops.grants.database_roles import CARRY, privileges
from ops.grants.granting import NotTheAdministrator
from ops.grants.settings import BROKER, DATABASE
from ops.parts import GuardedDatabase
from tests.rig.facts import visit
from tests.rig.users import Users, as_user
from tests.rig.where import Where

Client = MongoClient[dict[str, Any]]


@contextmanager
def signed_in(users: Users, process: str) -> Iterator[Client]:
    with Client(users.uri(process, DATABASE)) as client:
        yield client


def allowed(step: Callable[[], object]) -> bool:
    try:
        step()
    except OperationFailure as refused:
        assert refused.code == 13, refused
        return False
    return True


DATABASES = {RELAY: TELLERS, OPERATORS: SERVICES, BRIDGE: (CITY,), WEBHOOKS: (CITY,)}


@pytest.mark.parametrize("process", PROCESSES)
def test_it_reads_and_writes_its_own_database_and_no_other(process: str, users: Users) -> None:
    with signed_in(users, process) as client:
        for service in (*SERVICES, "another", "admin", "config"):
            database = client[f"{users.prefix}{service}" if service in SERVICES else service]
            own = service in DATABASES.get(process, (process,))
            outbox = database[OUTBOX]
            assert allowed(partial(outbox.find_one, {})) is own
            assert allowed(partial(outbox.update_one, {}, {"$set": {"a": 1}})) is own


@pytest.mark.parametrize("process", PROCESSES)
def test_it_makes_no_user_drops_no_database_and_looks_at_no_server(
    process: str, users: Users
) -> None:
    with signed_in(users, process) as client:
        own = client[f"{users.prefix}{process if process in SERVICES else 'events'}"]
        root = [{"role": "root", "db": "admin"}]
        steps: dict[str, Callable[[], object]] = {
            "make": lambda: client.admin.command("createUser", "me", pwd="x", roles=root),
            "rise": lambda: client.admin.command("grantRolesToUser", f"{users.prefix}{process}",
                                                 roles=root),
            "widen": lambda: client.admin.command("updateRole", f"{users.prefix}{process}",
                                                  roles=root),
            "users": lambda: client.admin.command("usersInfo", 1),
            "drop": lambda: client.drop_database(own.name),
            "list": client.list_database_names,
            "config": lambda: client.admin.command("getCmdLineOpts"),
        }
        done = {name for name, step in steps.items() if allowed(step)}
        assert not done
        keeps = process == OPERATORS  # a rebuild takes away the figures of before
        assert allowed(lambda: own.drop_collection("nothing")) is keeps


@pytest.mark.parametrize("service", SERVICES)
def test_it_tells_facts_and_keeps_its_keys(service: str, users: Users) -> None:
    database = open_database(Where(users.uri(service, DATABASE), users.prefix), service)
    try:
        transactions = Transactions(database, source="/tests", clock=system_clock)
        transactions.run(lambda transaction: transaction.emit(visit(f"at {service}")))
        vault = Vault(database, bytes(96))
        assert vault.open(vault.seal("a secret")) == "a secret"
        vault.close()
    finally:
        database.client.close()


def test_the_relay_carries_what_they_told(users: Users) -> None:
    """With its own users at both servers: lease, sweep, hint, keys and marks are all allowed."""
    database = open_database(Where(users.uri(RELAY, DATABASE), users.prefix), "stats")
    own = open_database(Where(users.uri("stats", DATABASE), users.prefix), "stats")
    try:
        transactions = Transactions(own, source="/tests", clock=system_clock)
        transactions.run(lambda transaction: transaction.emit(visit("carried")))
        relay = Relay(database, users.uri(RELAY, BROKER), service="stats")
        assert relay._lease.held()
        assert relay.sweep() >= 1
        relay._hint.begin()
        assert relay._hint._stream is not None
        relay._leave()
        assert own[OUTBOX].count_documents({"state": "pending"}) == 0
    finally:
        database.client.close()
        own.client.close()


def test_the_relay_is_given_collections_one_by_one() -> None:
    given = {(each["resource"]["db"], each["resource"]["collection"]): set(each["actions"])
             for each in privileges(RELAY, "p_")}
    assert given == {(f"p_{service}", name): set(actions)
                     for service in TELLERS for name, actions in CARRY.items()}
    assert not {"outbox", "leases"} - set(CARRY) and "" not in CARRY


def test_given_again_a_password_changes_and_what_came_by_hand_goes(
    guarded: GuardedDatabase, users: Users
) -> None:
    first = Users(vhost=users.vhost, api=users.api, database=guarded.uri, prefix="twice_")
    prepare.grant(first.settings())
    with Client(guarded.uri) as keeper:
        keeper.admin.command("grantRolesToUser", "twice_stats",
                             roles=[{"role": "readAnyDatabase", "db": "admin"}])
        keeper.admin.command("grantPrivilegesToRole", "twice_stats", privileges=[
            {"resource": {"db": "twice_events", "collection": ""}, "actions": ["find"]}])
    later = Users(vhost=users.vhost, api=users.api, database=guarded.uri, prefix="twice_")
    prepare.grant(later.settings())
    with signed_in(later, "stats") as client:
        assert allowed(lambda: client.twice_stats.x.find_one({}))
        assert not allowed(lambda: client.twice_events.x.find_one({}))
    with signed_in(first, "stats") as client, pytest.raises(OperationFailure, match=r"(?i)auth"):
        client.twice_stats.x.find_one({})


def test_who_is_no_administrator_of_the_database_is_told_so(users: Users) -> None:
    weak = as_user(users.database, "granted_stats", users.passwords["stats"])
    settings = users.settings(MONGODB_ADMIN_URI=weak, STATS_MONGODB_URI=users.uri(
        "stats", DATABASE).replace("granted_stats", "granted_other"))
    with pytest.raises(NotTheAdministrator, match="MONGODB_ADMIN_URI: granted_stats may not make"):
        prepare.grant(settings)
