"""`python -m kernel.relay <service> …`: carries the outboxes of these services until SIGTERM,
and keeps their inboxes from growing for ever."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

from pymongo.database import Database

from kernel.logs import log_to_stderr
from kernel.mongo import open_database
from kernel.relay.housekeeping import Housekeeping
from kernel.relay.probes import answer_probes
from kernel.relay.relay import Relay
from kernel.settings import Settings, SettingsFault, read
from kernel.vault import Vault
from kernel.wire import Wire

log = logging.getLogger(__name__)

LEAVE_WITHIN = 9.0  # seconds from SIGTERM to exit, whatever hangs


def main(services: list[str]) -> int:
    """Exit status: 0 after a drain, 2 when started wrongly."""
    if not services:
        print("usage: python -m kernel.relay <service> …", file=sys.stderr)
        return 2
    try:
        settings = read(Settings, os.environ)
    except SettingsFault as fault:
        print("\n".join(["settings:", *fault.faults]), file=sys.stderr)
        return 2
    log_to_stderr(settings.log_level)
    databases = {service: open_database(settings, service) for service in services}
    relays = {service: _relay(settings, service, databases[service]) for service in services}
    keepers = [Housekeeping(database, service=name) for name, database in databases.items()]
    answer_probes(
        settings.metrics_bind, ready=lambda: all(relay.healthy for relay in relays.values())
    )
    _carry(relays, keepers)
    return 0


def _relay(settings: Settings, service: str, database: Database[dict[str, Any]]) -> Relay:
    keys = settings.vault_key
    vault, wire = (Vault(database, keys), Wire(keys.values())) if keys else (None, None)
    return Relay(database, settings.amqp_uri, service=service, vault=vault, wire=wire)


def _carry(relays: dict[str, Relay], keepers: Iterable[Housekeeping]) -> None:
    """Returns after SIGTERM or SIGINT, when what was on its way is settled or the time is up."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [
        threading.Thread(target=relay.run, args=(stop,), name=service, daemon=True)
        for service, relay in relays.items()
    ]
    for thread in threads:
        thread.start()
    for keeper in keepers:
        threading.Thread(target=keeper.run, args=(stop,), daemon=True).start()
    log.info("carrying %s", ", ".join(relays))
    stop.wait()
    until = time.monotonic() + LEAVE_WITHIN
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0))
    log.info("stopped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
