"""Virtual hosts of the shared broker, lent to one test or to one file of tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from ops.parts import Broker, GivenBroker


@contextmanager
def lent_vhost(broker: Broker | GivenBroker, prefix: str) -> Iterator[str]:
    """The URI of a virtual host that nobody used before.

    It goes with a private node, since each call of rabbitmqctl takes seconds of processor; a
    broker that was given loses it at once.
    """
    name = f"{prefix}-{uuid.uuid4().hex[:12]}"
    try:
        yield broker.add_vhost(name)
    finally:
        if isinstance(broker, GivenBroker):
            broker.drop_vhost(name)
