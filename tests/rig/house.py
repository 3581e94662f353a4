"""All four services at once with their doors only, for tests that go through every door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from pymongo import MongoClient
from pymongo.database import Database

from kernel.settings import read
from ops.parts import free_port
from ops.prepare import SERVICES, migrate
from services.events.programmes import load
from services.events.service import build
from services.events.settings import EventsSettings
from services.events.usecases.programmes import load_programmes
from tests.databases import drop_databases
from tests.rig.events import OWN_FILES, doors_only
from tests.rig.process import Process

ALL_TOKEN, OTHER_TOKEN = "all-only-for-tests-0001", "other-only-for-tests-01"
_ROLES = "caseworker:organisation:department:operator:auditor"
MEMBERS = f"all:{ALL_TOKEN}::{_ROLES},other:{OTHER_TOKEN}::{_ROLES}"
ALL = {"Authorization": f"Bearer {ALL_TOKEN}"}
MORE = {"RECORDING_UNIT": "测试区志愿服务队", "ISSUER_CONTACT": "0755-00000000",
        "VERIFY_URL": "http://127.0.0.1/verify", "NO_SHOW_LIMIT": "3"}


@dataclass(frozen=True)
class House:
    """The processes by service, and the databases behind them."""

    processes: Mapping[str, Process]
    client: MongoClient[dict[str, Any]]
    prefix: str

    def address(self, service: str) -> str:
        return self.processes[service].address

    def database(self, service: str) -> Database[dict[str, Any]]:
        return self.client[f"{self.prefix}{service}"]

    def described(self, service: str) -> Any:
        """The service's doors as it describes them."""
        return requests.get(f"{self.address(service)}/openapi.json", timeout=20).json()


@contextmanager
def open_house(mongodb_uri: str, folder: Path, **variables: str) -> Iterator[House]:
    """The services while the block runs; one member of staff has every role, another as well."""
    common = doors_only(mongodb_uri, 1) | MORE | {"STAFF_TOKENS": MEMBERS} | variables
    _prepare(common)
    prefix = common["DATABASE_PREFIX"]
    with ExitStack() as stack:
        stack.callback(drop_databases, mongodb_uri, prefix)
        processes = {}
        for service in SERVICES:
            processes[service] = _started(service, common, folder)
            stack.callback(processes[service].kill)
        for process in processes.values():
            process.wait_until_ready()
        yield House(processes, stack.enter_context(MongoClient(mongodb_uri)), prefix)


def _prepare(common: Mapping[str, str]) -> None:
    """Indexes of all, and the department's own programmes."""
    settings = read(EventsSettings, common)
    migrate(settings)
    app = build(settings)
    load_programmes(app, load(OWN_FILES).values())
    app.transactions.database.client.close()


def _started(service: str, common: Mapping[str, str], folder: Path) -> Process:
    port, metrics = free_port(), free_port()
    environment = {**common, "BIND": f"127.0.0.1:{port}", "METRICS_BIND": f"127.0.0.1:{metrics}"}
    process = Process("kernel.serve", service, environment=environment, port=port,
                      log=folder / f"{service}.log")
    return process.start(ready=False)
