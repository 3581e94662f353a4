"""How many messages a second leave through Kannel, beside what the gateway alone takes.

`python -m tests.bench.bench_sms [count]`; on MONGODB_URI when it is set, else on a database of its
own. The sender is a process of its own, whose memory is measured; the gateway alone is asked by as
many calls side by side, with the same texts. Both share the machine with the gateway.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.clock import system_clock
from kernel.mongo import ensure_indexes
from kernel.transaction import KERNEL_INDEXES
from ops.parts import open_database
from services.notifications.providers.base import Outgoing
from services.notifications.store import INDEXES
from services.notifications.usecases.application import App
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import Gateway, is_installed, open_gateway
from tests.integration.notifications.running import Service, environment
from tests.integration.notifications.test_broker import NEVER_QUIET
from tests.integration.notifications.test_gateway import tomorrow
from tests.unit.notifications import builders
from tests.waiting import eventually

PARTY = 100
FIRST, ALONE = 13900000000, 13900005000  # numbers of the sender, and of the gateway alone


def alone(app: App, gateway: Gateway, count: int) -> float:
    """Messages a second that the gateway takes from calls side by side, nothing written down."""
    provider = app.routes.by_name["kannel"]
    texts = builders.TEXTS.render("confirmed", tomorrow(), {}).text
    calls = [Outgoing(attempt_id=f"alone-{n}", number=str(ALONE + n), text=texts)
             for n in range(count)]
    began = time.monotonic()
    with ThreadPoolExecutor(app.pace.at_once) as pool:
        list(pool.map(provider.send, calls))
    took = time.monotonic() - began
    eventually(lambda: len(gateway.arrived()) >= count, within=120)
    return count / took


def queue(app: App, count: int) -> None:
    """So many people are confirmed; nothing is sent yet."""
    for start in range(0, count, PARTY):
        people = [f"p{n}" for n in range(start, start + PARTY)]
        keep_contacts(app, [builders.told(builders.contact(who, str(FIRST + int(who[1:]))))
                            for who in people])
        write_messages(app, [builders.told(
            builders.confirmed(f"r{start}", *people, where=tomorrow()))])


def sent(service: Service, app: App, count: int) -> tuple[float, float]:
    """Messages a second that one process sends, from the first to the last, and its MiB."""
    messages = app.transactions.database["messages"]

    def left() -> int:
        return int(messages.count_documents({"state": {"$in": ["submitted", "delivered"]}}))

    worker = service.worker()
    eventually(left, within=120)
    before, began = left(), time.monotonic()
    eventually(lambda: left() >= count, within=600, every=0.5)
    rate = (count - before) / (time.monotonic() - began)
    status = Path(f"/proc/{worker.pid}/status").read_text("ascii")
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return rate, int(peak) / 1024


def run(count: int) -> str:
    with (tempfile.TemporaryDirectory() as name, open_database(Path(name) / "db") as database,
          open_gateway(Path(name)) as gateway):
        environ = environment(gateway, mongodb_uri=database.uri, prefix="bench_")
        service = Service(environ={**environ, "SMS_CALL_WITHIN": "5s", "SMS_LEASE": "30s",
                                   "SMS_AT_ONCE": "50"},
                          folder=Path(name))
        try:
            app = replace(service.app(), rules=NEVER_QUIET, clock=system_clock)
            ensure_indexes(app.transactions.database, {**KERNEL_INDEXES, **INDEXES})
            service.doors()
            gateway_alone = alone(app, gateway, count)
            queue(app, count)
            rate, memory = sent(service, app, count)
        finally:
            service.stop()
    return (f"sms: {rate:.0f} messages/s by one process ({memory:.0f} MiB), the gateway alone "
            f"{gateway_alone:.0f}/s; ratio {rate / gateway_alone:.2f}")


@pytest.mark.bench
def test_how_many_messages_leave() -> None:
    if not is_installed():
        pytest.skip("the Debian packages kannel and kannel-extras are not installed")
    print(run(1_000))


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
