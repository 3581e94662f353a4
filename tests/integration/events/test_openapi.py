"""The doors answer as OpenAPI says, whatever they are asked: made up by Schemathesis, seeded."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
import requests

from tests.integration.events.calls import Account, Caller, call_all, told
from tests.integration.events.seeded import seed
from tests.rig.events import CASEWORKER_TOKEN, Running, open_events

SEED = 20211124


@pytest.fixture(scope="module")
def events(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The department's own programmes; limits of tries so high that they answer nothing."""
    with open_events(mongodb_uri, tmp_path_factory.mktemp("openapi"),
                     SIGNUPS_PER_ADDRESS="1000000", TRIES_PER_PERSON="1000", NO_SHOW_LIMIT="100",
                     OFFER_HOURS="00:00-23:59") as running:
        yield running


def called(events: Running, calls: int) -> Account:
    """The account of that many calls with the caseworkers' token on a season of their own."""
    described = requests.get(f"{events.address}/openapi.json", timeout=10).json()
    caller = Caller(events.address, CASEWORKER_TOKEN, seed(events), Random(SEED))
    return call_all(caller, described, calls=calls, seed=SEED)


@pytest.mark.slow
@pytest.mark.parametrize(("calls", "reached"), [
    (120, {200, 404, 422}),
    pytest.param(10_000, {200, 201, 204, 303, 404, 409, 422}, marks=pytest.mark.chaos),
])
def test_every_door_answers_as_described_and_none_fails(
    events: Running, calls: int, reached: set[int]
) -> None:
    account = called(events, calls)

    print(account.line())
    assert account.calls >= calls
    assert reached <= set(account.statuses), account.line()
    assert not account.faults, f"{account.line()}\n{told(account)}"
