"""The ledger's tests on real servers, some with the services as processes."""

from tests.rig.fixtures import make_city, shared_queues

__all__ = ["make_city", "shared_queues"]
