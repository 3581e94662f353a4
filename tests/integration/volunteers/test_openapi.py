"""The doors answer as OpenAPI says, whatever they are asked: made up by Schemathesis, seeded."""

from __future__ import annotations

from random import Random

import pytest
import requests

from services.volunteers.texts import texts
from tests.integration.events.calls import Caller, call_all, told
from tests.integration.events.seeded import Pool
from tests.integration.volunteers.test_register_doors import registered
from tests.rig.volunteers import open_volunteers
from tests.unit.volunteers.office import card

SEED = 20211201


def pool_of(*answers: dict[str, str]) -> Pool:
    """Real ids, and words that generated bodies would hardly ever hold."""
    pool = Pool()
    for answer in answers:
        pool.learn(answer)
    for number in range(1, 30):
        pool.add("number", card("1990-01-01", number))
        pool.add("phone", f"1390000{number:04d}")
    for name, word in (("text_version", texts().version), ("version", texts().version),
                       ("consents", "id_number"), ("purpose", "photo"), ("grade", "优秀"),
                       ("type", "resident_id"), ("birth_date", "1990-01-01"), ("evidence", "单据"),
                       ("session_id", "s1"), ("key", "crew-lead"), ("reference", "P-1")):
        pool.add(name, word)
    return pool


@pytest.mark.slow
@pytest.mark.parametrize("calls", [520, pytest.param(6_000, marks=pytest.mark.chaos)])
def test_every_door_answers_as_described_and_none_fails(
        calls: int, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_volunteers(mongodb_uri, tmp_path_factory.mktemp("openapi"),
                         REGISTRATIONS_PER_ADDRESS="100000",
                         REGISTRATIONS_PER_DOCUMENT="1000") as running:
        pool = pool_of(*(registered(running, number) for number in range(1, 6)))
        described = requests.get(f"{running.address}/openapi.json", timeout=10).json()
        caller = Caller(running.address, "token-of-the-checker", pool, Random(SEED))
        account = call_all(caller, described, calls=calls, seed=SEED)
    print(account.line())
    assert {200, 201, 202, 403, 404, 409, 422} <= set(account.statuses), account.line()
    assert not account.faults, f"{account.line()}\n{told(account)}"
