"""The doors answer as OpenAPI says, whatever they are asked: made up by Schemathesis, seeded."""

from __future__ import annotations

from random import Random

import pytest
import requests

from tests.integration.events.calls import Caller, call_all, told
from tests.integration.events.seeded import Pool
from tests.integration.volunteers.test_register_doors import registered
from tests.rig.volunteers import open_volunteers

SEED = 20211124


@pytest.mark.slow
@pytest.mark.parametrize("calls", [400, pytest.param(6_000, marks=pytest.mark.chaos)])
def test_every_door_answers_as_described_and_none_fails(
        calls: int, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_volunteers(mongodb_uri, tmp_path_factory.mktemp("openapi"),
                         REGISTRATIONS_PER_ADDRESS="100000",
                         REGISTRATIONS_PER_DOCUMENT="1000") as running:
        pool = Pool()
        for number in range(1, 6):
            pool.learn(registered(running, number))
        described = requests.get(f"{running.address}/openapi.json", timeout=10).json()
        caller = Caller(running.address, "token-of-the-checker", pool, Random(SEED))
        account = call_all(caller, described, calls=calls, seed=SEED)
    print(account.line())
    assert {200, 201, 202, 403, 404, 409, 422} <= set(account.statuses), account.line()
    assert not account.faults, f"{account.line()}\n{told(account)}"
