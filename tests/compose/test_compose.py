"""docker compose up: every process healthy, and a sign-up travels to the figures of the day."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kernel.clock import SHANGHAI
from ops.grants.broker_rights import PROCESSES
from ops.parts.ports import free_port
from ops.season.doors import Addresses, Doors
from ops.season.people import person
from tests.compose.engine import ROOT, Engine, make_stand_ins, open_engine
from tests.waiting import eventually

pytestmark = pytest.mark.compose

REAL_DATABASE = "DATABASE_IMAGE" in os.environ  # as in DATABASE_IMAGE=mongo:7 make test-compose
TRIED = """\
import json, os
from pymongo import MongoClient
from pymongo.errors import OperationFailure

def may(step):
    try:
        step()
    except OperationFailure as refused:
        assert refused.code == 13, refused
        return False
    return True

found, server = {}, MongoClient(os.environ["MONGODB_URI"])
for service in ("events", "volunteers", "notifications", "stats"):
    for name in ("outbox", "leases", "inbox", "keyvault", "people", "audit"):
        kept = server["xiangxin_" + service][name]
        key = service + "." + name
        found[key] = [may(lambda: kept.find_one({})), may(lambda: kept.insert_one({"_id": "x"})),
                      may(lambda: kept.update_one({"_id": "x"}, {"$set": {"a": 1}})),
                      may(lambda: kept.delete_one({"_id": "x"})), may(lambda: kept.drop())]
print(json.dumps(found))
"""
SERVICES = ("events", "volunteers", "notifications", "stats")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    if os.geteuid() != 0:
        pytest.skip("a private Docker engine needs root")
    with open_engine(ROOT / ".run" / "compose") as opened:
        yield opened


@pytest.fixture(scope="module")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """The whole composition on stand-in images; gone with its volumes afterwards."""
    make_stand_ins(engine)
    ports = {name: free_port() for name in SERVICES}
    token = secrets.token_hex(16)
    environment = _written(tmp_path_factory.mktemp("compose") / "env", ports, token)
    compose = ("compose", "--env-file", str(environment), "-p", "xiangxin-test")
    try:
        for name in (*SERVICES, "relay", "setup"):
            _build(engine, name)
        engine.docker(*compose, "up", "-d", "--no-build", "--wait", "--wait-timeout", "600")
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        yield Doors(Addresses(staff_token=token, **urls))
    finally:
        print(engine.docker(*compose, "logs", "--tail", "30", check=False))
        engine.docker(*compose, "down", "--volumes", "--timeout", "20", check=False)


def _build(engine: Engine, name: str) -> None:
    """By `docker build`, as compose would: its own builder needs a plugin that Debian lacks."""
    arguments = {"SERVICE": name, "PYTHON_IMAGE": "xiangxin-standin/base",
                 "NODE_IMAGE": "xiangxin-standin/node"}
    given = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    engine.docker("build", "--network", "host", *given, "-t", f"xiangxin/{name}:latest", ".")


def _written(file: Path, ports: dict[str, int], token: str) -> Path:
    settings = {f"{name.upper()}_PORT": port for name, port in ports.items()} | {
        **{f"{name}_PASSWORD": secrets.token_hex(16) for name in
           ("BROKER", "DATABASE", *map(str.upper, PROCESSES))},
        "STAFF_TOKEN": token,
        "CASEWORKER_TOKEN": secrets.token_hex(16),
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(),
        "BROKER_IMAGE": os.environ.get("BROKER_IMAGE", "xiangxin-standin/broker"),
        "DATABASE_IMAGE": os.environ.get("DATABASE_IMAGE", "xiangxin-standin/database"),
    }
    if not REAL_DATABASE:
        settings["DATABASE_PLACE"] = "database:27017/?directConnection=true&retryWrites=false"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), "utf-8")
    return file


def test_an_attendance_travels_through_all_containers(stack: Doors) -> None:
    events, stats = stack.addresses.events, stack.addresses.stats
    start = datetime(2021, 9, 1, 7, 30, tzinfo=SHANGHAI)
    activity = stack.post(f"{events}/api/activities", {
        "programme": "road-angels", "title": "马路天使", "place": "中山路口", "street": "大鹏",
        "mode": "first-come",
        "sessions": [{"starts_at": start.isoformat(), "capacity": 3,
                      "ends_at": (start + timedelta(minutes=90)).isoformat()}],
    }, key="activity")
    session = f"{events}/api/sessions/{activity['sessions'][0]['id']}"
    signed_up = stack.post(f"{session}/registrations", {"party": [person(1).body()]}, key="one")
    for direction, moment in (("in", start), ("out", start + timedelta(minutes=95))):
        stack.post(f"{session}/scans", {"registration_id": signed_up["registration_id"],
                   "direction": direction, "at": moment.isoformat(), "nonce": direction},
                   key=direction)
    stack.post(f"{session}/close", {}, key="close")

    def credited() -> bool:
        figures = stack.get(f"{stats}/api/figures", as_of="2021-09-30", programme="road-angels")
        return bool(figures["figures"]["minutes"] == 90)

    eventually(credited, within=60)


def test_no_container_runs_as_root_or_writes_its_image(engine: Engine, stack: Doors) -> None:
    for name in (*SERVICES, "relay"):
        container = f"xiangxin-test-{name}-1"
        assert engine.docker("exec", container, "id", "-u").strip() == "10001"
        refused = engine.docker("exec", container, "touch", "/app/x", check=False)
        assert "Read-only file system" in refused


def test_every_process_is_kept_to_its_part_of_the_database(engine: Engine, stack: Doors) -> None:
    """Finds, inserts, updates, removes, drops; of the relay collection by collection."""
    for name in SERVICES:
        for key, done in tried(engine, name).items():
            assert done == [key.startswith(f"{name}.")] * 4 + [False], (name, key)
    if not REAL_DATABASE:
        pytest.skip("the stand-in keeps users to databases, not to collections")
    carried = {"outbox": [True, False, True, False], "leases": [True] * 4,
               "inbox": [True, False, False, True], "keyvault": [True, False, False, False]}
    for key, done in tried(engine, "relay").items():
        assert done == [*carried.get(key.partition(".")[2], [False] * 4), False], key


def tried(engine: Engine, name: str) -> dict[str, list[bool]]:
    """What the process's user may do, asked from its own container."""
    said = engine.docker("exec", f"xiangxin-test-{name}-1", "python", "-c", TRIED)
    found: dict[str, list[bool]] = json.loads(said.splitlines()[-1])
    return found
