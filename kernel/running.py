"""A service while it runs: it answers from the first second and leaves within the grace period."""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import sys
from logging import getLogger
from pathlib import Path
from types import ModuleType
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.runners import ServiceRunner

from kernel import metrics
from kernel.accounts import Accounts
from kernel.application import built
from kernel.audit.auditor import Auditor
from kernel.clock import system_clock
from kernel.login_token import Checker
from kernel.logins import Logins
from kernel.logs import log_to_stderr
from kernel.mongo import Unavailable, open_database
from kernel.pages.files import Files
from kernel.ready import Readiness, broker_answers, database_answers
from kernel.settings import Settings, SettingsFault, read
from kernel.tries import Tries
from kernel.web.front import Front
from kernel.web.limits import Limits
from kernel.web.listener import Listener
from kernel.web.own import own_pages

log = getLogger(__name__)

LEAVE_WITHIN = 9.5  # seconds from SIGTERM to exit, whatever hangs
_ROLES = {"all": ("Http", "Facts"), "http": ("Http",), "facts": ("Facts",)}


def run(service: str) -> int:
    """Serve until told to stop; `service` is a name in services/ or a dotted package."""
    package = service if "." in service else f"services.{service}"
    try:
        settings = read(settings_class(package), os.environ)
    except SettingsFault as fault:
        print("\n".join(["settings:", *fault.faults]), file=sys.stderr)
        return 2
    log_to_stderr(settings.log_level)
    _many_files()
    return Running(package, settings).run()


def settings_class(package: str) -> type[Settings]:
    """The service's own settings when it has some, else those that every service has."""
    try:
        module = importlib.import_module(f"{package}.settings")
    except ModuleNotFoundError:
        return Settings
    own = [
        found for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Settings)
        and found.__module__ == module.__name__
    ]
    return own[0] if own else Settings


def _own_files(package: str) -> list[Path]:
    """The service's own files for pages, shown under /static/ like the shared ones."""
    return [Path(folder) / "web" / "static" for folder in importlib.import_module(package).__path__]


class Running:
    """The parts of one process, in the order in which they come and go."""

    def __init__(self, package: str, settings: Settings, limits: Limits | None = None) -> None:
        self.package, self.settings = package, settings
        self.service = package.rpartition(".")[2]
        self.ready = Readiness()
        self.database = open_database(settings, self.service)
        files = Files([*_own_files(package), settings.assets_dir])
        own = own_pages(self.service, self.ready, files, lambda: self.front)
        self.front = Front(self.service, own=own, drain=lambda: self.listener.drain())
        self.listener = Listener(settings.bind, self.front, limits, told=_connections)
        self.metrics = Listener(settings.metrics_bind, metrics.application())
        self.config: dict[str, Any] = {
            "AMQP_URI": settings.amqp_uri,
            "SERVICE_CONTAINER_CLS": "kernel.application.Container",
            "settings": settings,
            "front": self.front,
            "ready": self.ready,
            "tries": Tries(),
            "auditor": Auditor(self.database, self.service),
            "logins": Logins(Accounts(self.database), Checker(settings.login_public_keys),
                             system_clock),
        }
        self._stop = Event()
        self._runner: ServiceRunner | None = None

    def run(self) -> int:
        """Returns the exit status."""
        self._listen_for_signals()
        self.listener.start()
        self.metrics.start()
        self._expect()
        started = eventlet.spawn(self._start)
        started.link(lambda thread: _failed(thread, self._stop))
        fault = self._stop.wait()
        log.info("stopping %s%s", self.service, f" after {fault!r}" if fault else "")
        eventlet.spawn_after(LEAVE_WITHIN, _leave_now, 1 if fault else 0)
        started.kill()
        self._end()
        log.info("stopped %s", self.service)
        return 1 if fault else 0

    def _expect(self) -> None:
        hears = self.settings.role != "http"
        self.ready.add("database", database_answers(self.database))
        self.ready.add("broker", broker_answers(self.settings.amqp_uri), needed=hears)

    def _start(self) -> None:
        """Waits for the database as long as it takes, then runs the containers until they end."""
        module = importlib.import_module(f"{self.package}.service")
        self._build(module)
        runner = ServiceRunner(self.config)
        for name in _ROLES[self.settings.role]:
            if hasattr(module, name):
                runner.add_service(getattr(module, name))
        self._runner = runner
        if runner.service_map:
            runner.start()
        self.front.open()
        gc.collect()
        gc.freeze()
        log.info("%s serves %s at %s:%s", self.service, self.settings.role, *self.listener.address)
        if runner.service_map:
            runner.wait()

    def _build(self, module: ModuleType) -> None:
        pause = 0.2
        while True:
            try:
                database_answers(self.database)()
                if hasattr(module, "build"):
                    built(self.config, module.build)
                return
            except Unavailable:
                log.warning("%s waits for its database", self.service)
                eventlet.sleep(pause)
                pause = min(pause * 1.7, 5.0)

    def _end(self) -> None:
        if self._runner is not None and self._runner.service_map:
            self._runner.stop()
        self.listener.drain()
        for application in self.config.get("applications", {}).values():
            close = getattr(application, "close", None)
            if close is not None:
                close()
        self.database.client.close()

    def _listen_for_signals(self) -> None:
        """A signal only writes a byte: the hub may be waiting, and wakes for bytes, not signals."""
        reading, writing = os.pipe()
        for end in (reading, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        eventlet.spawn(self._await_signal, reading)

    def _await_signal(self, reading: int) -> None:
        while True:
            eventlet.hubs.trampoline(reading, read=True)
            numbers = os.read(reading, 64)
            if {signal.SIGTERM, signal.SIGINT} & set(numbers) and not self._stop.ready():
                self._stop.send(None)


def _connections(count: int) -> None:
    metrics.gauge("xiangxin_http_connections", count)


def _failed(thread: Any, stop: Event) -> None:
    """The containers ended by themselves: so does the process, and its supervisor starts anew."""
    try:
        thread.wait()
        fault: Exception | None = None
    except Exception as exc:
        log.exception("the service broke off")
        fault = exc
    if not stop.ready():
        stop.send(fault or RuntimeError("the containers ended"))


def _leave_now(status: int) -> None:
    log.error("not everything ended in time")
    os._exit(status)


def _many_files() -> None:
    """As many sockets as the system lets us have: a thousand viewers are a thousand files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
