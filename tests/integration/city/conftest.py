"""The rigs that the tests between services stand on."""

from tests.rig.fixtures import city, make_city, shared_queues

__all__ = ["city", "make_city", "shared_queues"]
