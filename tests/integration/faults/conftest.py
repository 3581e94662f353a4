"""Rigs for the fault cases."""

from tests.rig.fixtures import (  # noqa: F401
    _one_broker,
    _one_database,
    city,
    make_city,
    make_rig,
    own_broker,
    own_database,
    rig,
    shared_queues,
)
