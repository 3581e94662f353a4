"""Events, its relay and notifications behind a real gateway: codes come to real telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from kernel.mongo import ensure_indexes
from kernel.topology import FLOWS
from kernel.transaction import KERNEL_INDEXES
from ops.parts import Broker, GivenBroker, free_port
from services.events import store as events
from services.notifications import store as notifications
from tests.databases import drop_databases
from tests.gateway import Gateway, is_installed, open_gateway
from tests.integration.notifications.running import environment
from tests.rig.city import City
from tests.rig.events import login_keys
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.vhosts import lent_vhost
from tests.waiting import eventually

CODE = re.compile(r"验证码是(\d{6})，")
WITHIN = 30.0  # seconds; from the form to the telephone, on a busy machine


class BySms:
    """The processes of one town on a virtual host of its own; `close` ends them."""

    def __init__(self, gateway: Gateway, *, vhost: str, mongodb_uri: str, prefix: str,
                 folder: Path) -> None:
        self.gateway = gateway
        self.city = City(queues=Queues(vhost, flows=tuple(FLOWS.values())),
                         mongodb_uri=mongodb_uri, prefix=prefix, folder=folder)
        self.city.queues.declare()
        made = {"events": events.INDEXES, "notifications": notifications.INDEXES}
        for service, indexes in made.items():
            ensure_indexes(self.city.database(service), {**KERNEL_INDEXES, **indexes})
        self.events = self.city.events(**login_keys(), ROLE="http")
        self.relay = self.city.relay("events")
        self.notifications = self._notifications(mongodb_uri, prefix)

    def _notifications(self, mongodb_uri: str, prefix: str) -> Process:
        sending: Mapping[str, str] = environment(self.gateway, mongodb_uri=mongodb_uri,
                                                 prefix=prefix)
        shared = {"AMQP_URI", "MONGODB_URI", "DATABASE_PREFIX", "BIND", "METRICS_BIND",
                  "RECEIPTS_URL", "VAULT_KEY"}
        own = {name: value for name, value in sending.items() if name not in shared}
        receipts = f"http://127.0.0.1:{free_port()}/receipts/kannel"  # nobody listens: not asked
        return self.city.service("notifications", **own, RECEIPTS_URL=receipts)

    def start(self) -> None:
        """Returns when the doors are open."""
        for process in (self.events, self.notifications):
            process.start(ready=False)
        self.relay.start()
        for process in (self.events, self.notifications):
            eventually(process.is_ready, within=60)

    def code(self, phone: str, *, earlier: int = 0) -> str:
        """The code that the operator got for this telephone, after so many earlier ones."""
        def came() -> str:
            texts = self.gateway.arrived_at(phone)
            assert len(texts) > earlier, "no SMS came"
            found = CODE.search(texts[-1].text)
            assert found, texts[-1].text
            return found[1]

        return eventually(came, within=WITHIN)

    def close(self) -> None:
        self.city.close()


@contextmanager
def town_by_sms(broker: Broker | GivenBroker, mongodb_uri: str, *, folder: Path,
                name: str) -> Iterator[BySms]:
    """Everything between a browser and the operator; skips where there is no gateway."""
    if not is_installed():
        pytest.skip("the Debian packages kannel and kannel-extras are not installed")
    prefix = f"test_{name}_"
    drop_databases(mongodb_uri, prefix)
    with lent_vhost(broker, name) as vhost, open_gateway(folder / "gateway") as gateway:
        made = BySms(gateway, vhost=vhost, mongodb_uri=mongodb_uri, prefix=prefix, folder=folder)
        try:
            made.start()
            yield made
        finally:
            made.close()
            drop_databases(mongodb_uri, prefix)
