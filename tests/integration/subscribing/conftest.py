"""A virtual host for us and one for other systems, declared as operators do it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.parts import Broker, GivenBroker
from tests.databases import drop_databases
from tests.rig.abroad import Abroad


@pytest.fixture
def abroad(broker: Broker | GivenBroker, vhost: str, mongodb_uri: str,
           tmp_path: Path) -> Iterator[Abroad]:
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    made = Abroad(broker=broker, vhost=vhost, mongodb_uri=mongodb_uri, prefix=prefix,
                  folder=tmp_path)
    yield made
    made.close()
    drop_databases(mongodb_uri, prefix)
    broker.drop_vhost(made.settings.city_vhost)
