"""Ports and addresses of the servers, straight or by way of a fault proxy."""

from __future__ import annotations

from urllib.parse import urlsplit

from ops.parts import Broker
from tests.chaos.proxy import FaultProxy
from tests.rig.queues import Queues


def port_of(uri: str) -> int:
    """The port a server's URI names."""
    port = urlsplit(uri).port
    assert port
    return port


def through(proxy: FaultProxy, uri: str) -> str:
    """The same server, by way of the proxy."""
    return uri.replace(f":{port_of(uri)}/", f":{proxy.port}/")


def declared(broker: Broker) -> Queues:
    """The ledger's queues on a broker that may be killed."""
    queues = Queues(broker.uri)
    queues.declare()
    return queues
