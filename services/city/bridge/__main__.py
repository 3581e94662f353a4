"""`python -m services.city.bridge`: copies public facts to the city until SIGTERM.

A plain process without eventlet, in any number of replicas: the broker lets one of them work.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial

from kernel.clock import system_clock
from kernel.consume.consumer import Consumer
from kernel.logs import log_to_stderr
from kernel.mongo import open_database
from kernel.relay.probes import answer_probes
from kernel.settings import SettingsFault, read
from kernel.topology import FLOWS
from kernel.transaction import Transactions
from services.city.bridge.chores import Chores
from services.city.bridge.copying import QUEUE, Copying
from services.city.bridge.drops import Drops
from services.city.bridge.town import Town
from services.city.host_settings import BridgeSettings
from services.city.store import Store

BEAT = 1.0  # seconds
log = logging.getLogger(__name__)


def main() -> int:
    """Exit status: 0 after a drain, 2 when started wrongly."""
    try:
        settings = read(BridgeSettings, os.environ)
    except SettingsFault as fault:
        print("\n".join(["settings:", *fault.faults]), file=sys.stderr)
        return 2
    log_to_stderr(settings.log_level)
    database = open_database(settings, "city")
    store = Store.on(database)
    town = Town(settings.of_city(settings.amqp_uri))
    transactions = Transactions(database, source="/xiangxin/city", clock=system_clock)
    copying = Copying(transactions, store.feed, town)
    consumer = Consumer(settings.amqp_uri, FLOWS[QUEUE], copying.copy, rungs=settings.retry_rungs)
    chores = Chores(settings, store, now=system_clock)
    drops = Drops(settings.of_city(settings.amqp_uri), store.subscribers)
    answer_probes(settings.metrics_bind, ready=lambda: consumer.running)
    _run(consumer, town, chores.run, drops.run)
    database.client.close()
    return 0


def _run(consumer: Consumer, town: Town, *beside: Callable[[threading.Event], None]) -> None:
    """Returns after SIGTERM or SIGINT, when what was in hand is finished or the time is up."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    works: list[Callable[[], None]] = [consumer.run, consumer.work]
    works += [partial(each, stop) for each in beside]
    for work in works:
        threading.Thread(target=work, daemon=True).start()
    log.info("copying public facts to the city")
    while not stop.wait(BEAT):
        town.beat()
    consumer.stop()
    town.close()
    log.info("stopped")


if __name__ == "__main__":
    sys.exit(main())
