"""The notifications service for tests: an application in this process and processes of its own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from kernel.settings import read
from ops.parts.ports import free_port
from services.notifications.service import build
from services.notifications.settings import NotificationsSettings
from services.notifications.usecases.application import App
from tests.gateway import PASSWORD, SECRET, SENDER, USERNAME, Gateway
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]


@dataclass
class Service:
    """The service's settings, an application in this process, and processes of their own."""

    environ: dict[str, str]
    folder: Path
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _apps: list[App] = field(default_factory=list)

    def app(self) -> App:
        self._apps.append(build(read(NotificationsSettings, self.environ)))
        return self._apps[-1]

    def worker(self, **environ: str) -> subprocess.Popen[bytes]:
        """A sender; `environ` adds to its environment, e.g. CRASH_AT."""
        return self._start("tests.integration.notifications.worker", environ=environ)

    def whole(self, **environ: str) -> subprocess.Popen[bytes]:
        """The service as it is deployed: doors, queues and senders in one process."""
        return self._start("kernel.serve", "notifications", environ={"ROLE": "all", **environ})

    def forget_abandoned_transactions(self) -> None:
        """What the database does by itself after a while, once a process was killed in one."""
        self._apps[0].transactions.database.client.admin.command("killAllSessions", [])

    def doors(self) -> None:
        """The service's HTTP doors, ready."""
        self._start("kernel.serve", "notifications", environ={"ROLE": "http"})
        url = f"http://{self.environ['BIND']}/healthz"
        eventually(lambda: _answers(url), within=40)

    def serve(self) -> None:
        """The whole service, its doors open."""
        self._start("kernel.serve", "notifications", environ={"ROLE": "all"})
        url = f"http://{self.environ['BIND']}/readyz"
        eventually(lambda: _answers(url), within=60)

    def run(self, module: str, *, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """A process of its own that the test waits for."""
        return self._start(module, environ=environ)

    def _start(self, *module: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with (self.folder / "processes.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *module], cwd=ROOT, stdout=log, stderr=log,
                env={**os.environ, **self.environ, **environ},
            )
        self._started.append(process)
        return process

    def stop(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()
        for app in self._apps:
            app.close()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def environment(gateway: Gateway, *, mongodb_uri: str, prefix: str) -> dict[str, str]:
    """Settings that send through the gateway, with short leases."""
    return environment_at(gateway.send_url, mongodb_uri=mongodb_uri, prefix=prefix)


def environment_at(send_url: str, *, mongodb_uri: str, prefix: str) -> dict[str, str]:
    """The same for whatever takes messages as Kannel does."""
    bind = f"127.0.0.1:{free_port()}"
    return {
        "AMQP_URI": "amqp://nobody@127.0.0.1:1/", "AMQP_GUEST": "yes", "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": prefix, "BIND": bind, "METRICS_BIND": "127.0.0.1:0",
        "VAULT_KEY": base64.b64encode(bytes(96)).decode(), "STAFF_TOKEN": "staff",
        "SMS_PROVIDER": "kannel", "SMS_CALL_WITHIN": "1s", "SMS_LEASE": "2s",
        "SMS_AT_ONCE": "20",  # a busy machine answers no more within the second
        "KANNEL_URL": send_url, "KANNEL_USERNAME": USERNAME, "KANNEL_PASSWORD": PASSWORD,
        "KANNEL_SENDER": SENDER, "PROVIDER_SECRET": SECRET,
        "RECEIPTS_URL": f"http://{bind}/receipts/kannel",
    }
