"""The doors of requests and decisions answer as OpenAPI says, whatever they are asked; seeded."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import requests

from kernel.clock import local_day, system_clock
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.watching import watch_duties
from tests.integration.events.calls import Caller, call_all, told
from tests.integration.events.seeded import Pool
from tests.rig.office import WANG_TOKEN, Office, open_office
from tests.unit.volunteers.builders import at, came, closed, session, visit
from tests.unit.volunteers.builders import told as in_envelopes
from tests.unit.volunteers.requests import asked
from tests.unit.volunteers.schedule import scheduled

SEED = 20211125


def pool_of(office: Office) -> Pool:
    """Real ids of some that wait and some that do not."""
    pool = Pool()
    day = (local_day(system_clock()) - timedelta(days=1)).isoformat()
    for number in range(6):
        who, where = f"p{number}", session(id=f"s{number}", day=day)
        credit_hours(office.app, in_envelopes(*visit("07:30", "09:00", id=where.session_id,
                                                     who=who, day=day)))
        watch_duties(office.app, in_envelopes(scheduled(where)))
        held = session("10:00", "11:00", id=f"h{number}", day=day)
        credit_hours(office.app, in_envelopes(came(at("10:00", day), held, who),
                                              closed(where=held, who=who)))
        pool.add("correction_id", asked(office.app, person_ref=who, session_id=where.session_id))
        for name, word in (("person_ref", who), ("session_id", where.session_id), ("day", day)):
            pool.add(name, word)
    for line in office.app.store.held.waiting(skip=0, limit=20):
        pool.add("entry_id", line.entry_id)
    return pool


@pytest.mark.slow
@pytest.mark.parametrize("calls", [250, pytest.param(4_000, marks=pytest.mark.chaos)])
def test_every_door_answers_as_described_and_none_fails(
    calls: int, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("openapi")
    with open_office(mongodb_uri, "openapi_of_corrections_", folder) as office:
        described = requests.get(f"{office.address}/openapi.json", timeout=10).json()
        caller = Caller(office.address, WANG_TOKEN, pool_of(office), Random(SEED))
        account = call_all(caller, described, calls=calls, seed=SEED)
    print(account.line())
    assert {200, 404, 409, 422} <= set(account.statuses), account.line()
    assert not account.faults, f"{account.line()}\n{told(account)}"
