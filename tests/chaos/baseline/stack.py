"""Stock nameko in the storm: `nameko run` for producer and consumer, nothing in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
import yaml
from pymongo import MongoClient

from ops.parts import free_port
from ops.parts.broker import with_vhost
from tests.chaos.stack import Servers
from tests.rig.account import Account
from tests.rig.process import Process
from tests.rig.uris import through

DATABASE = "chaos_baseline"
VHOST = "baseline"


class Baseline:
    """The resident's key counts as the registration."""

    name = "stock nameko"

    def __init__(self, servers: Servers, *, folder: Path) -> None:
        servers.broker.add_vhost(VHOST)
        self._amqp_uri = with_vhost(through(servers.broker_line, servers.broker.uri), VHOST)
        self._folder = folder
        line = through(servers.database_line, servers.database.uri)
        self._environment = {"MONGODB_URI": line, "DATABASE": DATABASE}
        self._client: MongoClient[dict[str, Any]] = MongoClient(servers.database.uri)
        self._processes: dict[str, Process] = {}

    def start(self) -> Mapping[str, Process]:
        self._processes = {
            "consumer": self._nameko("Ledger", port=None),
            "producer": self._nameko("SignUps", port=free_port()),
        }
        for process in self._processes.values():
            process.start(ready=False)
        return self._processes

    def ask(self, number: int) -> tuple[int, str | None]:
        url = f"{self._processes['producer'].address}/registrations/resident-{number}"
        try:
            answer = requests.post(url, timeout=15)
        except requests.RequestException:
            return 0, None
        return answer.status_code, answer.text if answer.status_code == 201 else None

    def account(self, attempted: int, accepted: set[str]) -> Account:
        entries = self._client[DATABASE].entries.find()
        return Account(
            attempted=attempted,
            accepted=frozenset(accepted),
            effects=Counter(row["entry"] for row in entries),
        )

    def close(self) -> None:
        for process in self._processes.values():
            process.kill()
        self._client.close()

    def _nameko(self, service: str, *, port: int | None) -> Process:
        settings = {"AMQP_URI": self._amqp_uri, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}"}
        file = self._folder / f"{service}.yaml"
        file.write_text(yaml.safe_dump(settings))
        module = f"tests.chaos.baseline.signups:{service}"
        arguments = ("nameko", "run", "--config", str(file), module)
        log = self._folder / f"{service}.log"
        return Process(*arguments, environment=self._environment, log=log, port=port)
