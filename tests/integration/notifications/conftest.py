"""A gateway for the module, and the service on a fresh database that sends through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.mongo import ensure_indexes
from kernel.transaction import KERNEL_INDEXES
from services.notifications.store import INDEXES
from tests.gateway import Gateway, is_installed, open_gateway
from tests.integration.notifications.running import Service, environment


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Kannel with an operator behind it."""
    if not is_installed():
        pytest.skip("the Debian packages kannel and kannel-extras are not installed")
    with open_gateway(tmp_path_factory.mktemp("gateway")) as opened:
        yield opened


@pytest.fixture
def service(mongodb_uri: str, database_name: str, tmp_path: Path,
            request: pytest.FixtureRequest) -> Iterator[Service]:
    """The service on a fresh database; its processes are gone afterwards."""
    gateway: Gateway = request.getfixturevalue("gateway")
    environ = environment(gateway, mongodb_uri=mongodb_uri, prefix=database_name)
    service = Service(environ=environ, folder=tmp_path)
    ensure_indexes(service.app().transactions.database, {**KERNEL_INDEXES, **INDEXES})
    yield service
    service.stop()
