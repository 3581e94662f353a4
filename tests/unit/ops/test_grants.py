"""Users of the servers: what is told wrongly is named, what is granted is named one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.event import CATALOGUE
from kernel.settings import SettingsFault, read
from kernel.topology import FACTS, FLOWS, PRIVATE, Flow
from ops.grants.broker_rights import NOTHING, OPERATORS, PROCESSES, RELAY, SERVICES, rights
from ops.grants.logins import login
from ops.grants.settings import BROKER, DATABASE, Admin, AdminSettings, variable
from ops.parts import Broker, GivenBroker, GivenDatabase
from ops.users import Users

OWN = {"AMQP_URI": "amqp://operators:o@broker/city", "MONGODB_URI": "mongodb://operators:o@base/"}
ADMIN = {"AMQP_ADMIN_URI": "amqp://root:r@broker/city", "RABBITMQ_API": "http://broker:15672",
         "MONGODB_ADMIN_URI": "mongodb://root:r@base/"}
USERS = {variable(each, BROKER): f"amqp://{each}:p@broker/city" for each in PROCESSES} | {
    variable(each, DATABASE): f"mongodb://{each}:p@base/" for each in PROCESSES}


def told(**changed: str) -> list[str]:
    try:
        read(AdminSettings, {**OWN, **ADMIN, **USERS, **changed})
    except SettingsFault as fault:
        return fault.faults
    return []


def test_without_uris_of_processes_users_are_none_of_our_business() -> None:
    settings: Admin = read(AdminSettings, OWN)
    assert settings.logins(BROKER) == settings.logins(DATABASE) == {}
    assert settings.declaring_uri == OWN["AMQP_URI"]


def test_users_are_made_for_all_processes_or_for_none() -> None:
    assert told() == []
    [fault] = told(STATS_AMQP_URI="")
    assert fault.startswith("STATS_AMQP_URI is missing")
    assert [fault.split()[0] for fault in told(RABBITMQ_API="", MONGODB_ADMIN_URI="")] == [
        "RABBITMQ_API", "MONGODB_ADMIN_URI"]


@pytest.mark.parametrize(("changed", "fault"), [
    ({"STATS_AMQP_URI": "amqp://events:p@broker/city"},
     "STATS_AMQP_URI comes as the user of EVENTS_AMQP_URI: each process has its own"),
    ({"RELAY_MONGODB_URI": "mongodb://root:p@base/"},
     "RELAY_MONGODB_URI comes as the user of the administrator: each process has its own"),
    ({"STATS_AMQP_URI": "amqp://guest:guest@broker/city"},
     "STATS_AMQP_URI must name a user of its own and a password"),
    ({"STATS_MONGODB_URI": "mongodb://base/"},
     "STATS_MONGODB_URI must name a user of its own and a password"),
    ({"STATS_AMQP_URI": "amqp://stats:p@broker/other"},
     "STATS_AMQP_URI names another virtual host than AMQP_ADMIN_URI"),
    ({"RABBITMQ_API": "broker:15672"},
     "RABBITMQ_API is not http://host:15672 or https://host:15671"),
])
def test_a_user_that_cannot_be_is_named_without_its_password(
    changed: dict[str, str], fault: str
) -> None:
    assert told(**changed) == [fault]


def test_an_administrator_who_is_guest_is_for_a_demo_only() -> None:
    [fault] = told(AMQP_ADMIN_URI="amqp://guest:guest@broker/city")
    assert fault.startswith("AMQP_ADMIN_URI comes as the broker's user guest")
    assert told(AMQP_ADMIN_URI="amqp://guest:guest@broker/city", AMQP_GUEST="yes") == []


def test_a_login_is_read_from_uris_with_several_hosts_and_strange_passwords() -> None:
    found = login("mongodb://ev:p%40s%3A@a:1,b:2/?authSource=city&replicaSet=rs0")
    assert (found.user, found.password, found.source) == ("ev", "p@s:", "city")
    assert login("mongodb://ev:p@a/admin").source == "admin"
    assert "p%40s" not in repr(found) and "p@s" not in repr(found)


def test_nobody_may_make_anything_or_publish_past_the_exchanges() -> None:
    for process in PROCESSES:
        granted = rights(process)
        assert granted.configure == NOTHING
        assert not re.fullmatch(granted.write, "amq.default")
        assert not any(re.search(granted.write, queue) for queue in FLOWS)


def test_a_new_queue_is_covered_by_itself() -> None:
    more = {**FLOWS, "stats.new": Flow(queue="stats.new", facts=())}
    assert not re.search(rights("stats").read, "stats.new.parked")
    assert re.search(rights("stats", more).read, "stats.new.parked")
    assert re.search(rights(OPERATORS, more).read, "stats.new.parked")
    assert not any(re.search(rights(other, more).read, "stats.new")
                   for other in PROCESSES if other != "stats")


def test_the_relay_may_tell_each_fact_by_its_exchange_only() -> None:
    keys = rights(RELAY).keys
    for key, fact in CATALOGUE.items():
        assert bool(re.search(keys[PRIVATE], key)) is fact.private
        assert bool(re.search(keys[FACTS], key)) is not fact.private
    assert not any(rights(service).keys for service in SERVICES)


def test_a_process_that_is_none_has_no_rights() -> None:
    with pytest.raises(LookupError):
        rights("teller")


def test_a_demos_own_servers_know_each_process_and_given_ones_one_user(tmp_path: Path) -> None:
    passwords = {each: f"invented-{each}" for each in PROCESSES}
    own = Users(broker=Broker(tmp_path, port=5), database=GivenDatabase("mongodb://a:b@base/"),
                passwords=passwords)
    assert own.of("stats") == {"AMQP_URI": "amqp://stats:invented-stats@127.0.0.1:5/",
                               "MONGODB_URI": "mongodb://a:b@base/"}
    assert "operators:invented-operators@" in own.of("guide")["AMQP_URI"]
    told = own.of_preparing()
    assert told["RELAY_AMQP_URI"] == "amqp://relay:invented-relay@127.0.0.1:5/"
    assert not [name for name in told if name.endswith("_MONGODB_URI")]
    given = Users(broker=GivenBroker("amqp://guest:guest@there/"),
                  database=GivenDatabase("mongodb://a:b@base/"), passwords=passwords)
    assert given.of("stats") == given.of_preparing() == {
        "AMQP_URI": "amqp://guest:guest@there/", "MONGODB_URI": "mongodb://a:b@base/",
        "AMQP_GUEST": "yes"}
