"""The rigs that the tests between services stand on; here each process comes as its own user."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ops.parts import Broker, GivenBroker, GuardedDatabase
from tests.rig.city import City
from tests.rig.fixtures import guarded, shared_queues
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.rig.users import Users, users_at

__all__ = ["city", "guarded", "shared_queues"]


class GuardedCity(City):
    """A city whose broker and database let nobody do more than their part."""

    def __init__(self, *, users: Users, **where: Any) -> None:
        super().__init__(**where)
        self._users = users

    def process(
        self, name: str, *arguments: str, environment: Mapping[str, str], door: bool = True
    ) -> Process:
        own = self._users.of_preparing() if name == "prepare" else self._users.of(name)
        return super().process(name, *arguments, environment={**environment, **own}, door=door)


@pytest.fixture
def city(shared_queues: Queues, broker: Broker | GivenBroker, guarded: GuardedDatabase,
         tmp_path: Path) -> Iterator[City]:
    """The services to be started, each with a user of its own."""
    prefix = f"test_{uuid.uuid4().hex[:12]}_"
    users = users_at(shared_queues.uri, broker, guarded, prefix)
    shared_queues.purge()
    made = GuardedCity(users=users, queues=shared_queues, mongodb_uri=guarded.uri, prefix=prefix,
                       folder=tmp_path)
    made.prepare()
    yield made
    made.close()
