"""A virtual host for us and one for other systems, declared as operators do it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.__main__ import main
from ops.management import Management
from ops.parts import Broker, GivenBroker
from tests.databases import drop_databases
from tests.rig.abroad import Abroad
from tests.rig.outsider import Typed


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


@pytest.fixture
def typed(abroad: Abroad, monkeypatch: pytest.MonkeyPatch,
          capsys: pytest.CaptureFixture[str]) -> Typed:
    """`xiangxin subscriber …` as an operator types it; what it printed. ValueError when refused."""
    for name, value in abroad.told.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        status, said = main(["subscriber", *arguments]), capsys.readouterr()
        if status:
            raise ValueError(said.err)
        return said.out

    return run


@pytest.fixture
def name(abroad: Abroad) -> Iterator[str]:
    """Of a subscriber that nobody knows; users belong to the whole broker, so it goes again."""
    yield from _names(abroad)


@pytest.fixture
def other(abroad: Abroad) -> Iterator[str]:
    """The same for a second one."""
    yield from _names(abroad)


def _names(abroad: Abroad) -> Iterator[str]:
    made = f"test-{uuid.uuid4().hex[:12]}"
    yield made
    with Management(abroad.told["RABBITMQ_API"]) as management:
        management.delete("users", f"sub.{made}")
