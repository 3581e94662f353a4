"""Rigs for the crash matrix."""

from tests.rig.fixtures import (  # noqa: F401
    _one_broker,
    _one_database,
    make_rig,
    own_broker,
    own_database,
    rig,
    shared_queues,
)
