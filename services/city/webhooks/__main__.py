"""`python -m services.city.webhooks`: calls the receivers of other systems until SIGTERM.

A plain process without eventlet, in any number of replicas: each receiver is worked by one.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import sys
import threading

from kernel.clock import new_id, system_clock
from kernel.logs import log_to_stderr
from kernel.mongo import open_database
from kernel.relay.probes import answer_probes
from kernel.settings import SettingsFault, read
from kernel.vault import Vault
from services.city.store import Store
from services.city.webhook_settings import WebhookSettings
from services.city.webhooks.calling import Caller
from services.city.webhooks.chores import Chores
from services.city.webhooks.record import Parts
from services.city.webhooks.rounds import Rounds
from services.city.webhooks.tail import Tail

LEAVE_WITHIN = 9.0  # seconds from SIGTERM to exit; what is on its way then is called again
log = logging.getLogger(__name__)


def main() -> int:
    """Exit status: 0 after a drain, 2 when started wrongly."""
    try:
        settings = read(WebhookSettings, os.environ)
        caller = Caller(settings.webhook_networks, ca_file=settings.webhook_ca_file)
    except SettingsFault as fault:
        print("\n".join(["settings:", *fault.faults]), file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"settings:\nWEBHOOK_CA_FILE cannot be read ({fault})", file=sys.stderr)
        return 2
    log_to_stderr(settings.log_level)
    database = open_database(settings, "city")
    store, vault = Store.on(database), Vault(database, settings.vault_key)
    parts = Parts(store=store, tail=Tail(store.feed), vault=vault, caller=caller,
                  clock=system_clock, chance=random.random, ids=new_id)
    rounds = Rounds(parts, database, new_id(), at_once=settings.webhook_receivers_at_once)
    answer_probes(settings.metrics_bind, ready=lambda: rounds.healthy)
    _run(rounds, Chores(settings, store, clock=system_clock))
    vault.close()
    database.client.close()
    return 0


def _run(rounds: Rounds, chores: Chores) -> None:
    """Returns after SIGTERM or SIGINT, when calls on their way have ended or the time is up."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    for work in (rounds.run, lambda: chores.run(stop)):
        threading.Thread(target=work, daemon=True).start()
    log.info("calling the receivers of other systems")
    stop.wait()
    rounds.stop(LEAVE_WITHIN)
    log.info("stopped")


if __name__ == "__main__":
    sys.exit(main())
