"""The doors answer as OpenAPI says, whatever they are asked: made up by Schemathesis, seeded."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import requests

from kernel.clock import local_day, system_clock
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.certificates.certificate import Order
from services.volunteers.texts import texts
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.certificates import issuing
from services.volunteers.usecases.watching import watch_duties
from tests.integration.events.calls import Caller, call_all, told
from tests.integration.events.seeded import Pool
from tests.integration.volunteers.test_register_doors import registered
from tests.rig.hours import Volunteers, open_hours
from tests.rig.volunteers import MEMBERS
from tests.unit.volunteers.builders import at, came, closed, session, visit
from tests.unit.volunteers.builders import told as in_envelopes
from tests.unit.volunteers.importing import cells, offered
from tests.unit.volunteers.office import card
from tests.unit.volunteers.requests import asked
from tests.unit.volunteers.schedule import scheduled

SEED = 20211124
REACHED = {200, 201, 403, 404, 409, 422}


def pool_of(service: Volunteers) -> tuple[Pool, dict[str, str]]:
    """Real ids of people, papers, requests and stays, some that wait and some that do not; and the
    codes of these people by their number."""
    pool, codes = Pool(), dict[str, str]()
    _words(pool)
    for number in range(1, 6):
        person = registered(service.process, number)
        pool.learn(person)
        pool.add("code", person["code"])
        codes[person["volunteer_no"]] = person["code"]
        _served(service, person["person_ref"], number, pool)
    for number in range(3):
        sheet = cells(人员代号=f"import-{number}")
        pool.add("import_id", offered(service.parts.app, sheet)["import_id"])
    for line in service.parts.app.store.held.waiting(skip=0, limit=20):
        pool.add("entry_id", line.entry_id)
    return pool, codes


def _words(pool: Pool) -> None:
    """What generated bodies would hardly ever hold."""
    for number in range(1, 30):
        pool.add("number", card("1990-01-01", number))
        pool.add("phone", f"1390000{number:04d}")
    for name, word in (("text_version", texts().version), ("version", texts().version),
                       ("consents", "id_number"), ("purpose", "photo"), ("grade", "优秀"),
                       ("type", "resident_id"), ("birth_date", "1990-01-01"), ("evidence", "单据"),
                       ("key", "crew-lead"), ("reference", "P-1")):
        pool.add(name, word)


def _served(service: Volunteers, who: str, number: int, pool: Pool) -> None:
    """Hours with a certificate and a request about them, and a stay that waits."""
    app, day = service.parts.app, (local_day(system_clock()) - timedelta(days=1)).isoformat()
    where, held = (session(id=f"s{number}", day=day),
                   session("10:00", "11:00", id=f"h{number}", day=day))
    credit_hours(app, in_envelopes(*visit("07:30", "09:00", id=where.session_id, who=who,
                                          day=day)))
    watch_duties(app, in_envelopes(scheduled(where)))
    credit_hours(app, in_envelopes(came(at("10:00", day), held, who),
                                   closed(where=held, who=who)))
    pool.add("correction_id", asked(app, person_ref=who, session_id=where.session_id))
    pool.add("serial", issuing.issue(
        service.parts.certification, Order(person_ref=who), name=f"测试{number:04d}",
        by=Acting(actor="reception")))
    for name, word in (("person_ref", who), ("session_id", where.session_id), ("day", day)):
        pool.add(name, word)


@pytest.mark.slow
@pytest.mark.parametrize("calls", [120, pytest.param(10_000, marks=pytest.mark.chaos)])
def test_every_door_answers_as_described_and_none_fails(
        calls: int, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_hours(mongodb_uri, tmp_path_factory.mktemp("openapi"), STAFF_TOKENS=MEMBERS,
                    REGISTRATIONS_PER_ADDRESS="100000",
                    REGISTRATIONS_PER_DOCUMENT="1000") as service:
        described = requests.get(f"{service.address}/openapi.json", timeout=10).json()
        pool, codes = pool_of(service)
        caller = Caller(service.address, "token-of-the-checker", pool, Random(SEED), codes)
        account = call_all(caller, described, calls=calls, seed=SEED)
    print(account.line(), account.unanswered(described))
    assert not account.faults, f"{account.line()}\n{told(account)}"
    assert set(account.statuses) >= REACHED, account.line()
    assert not any(status >= 500 for status in account.statuses), account.line()
    assert calls < 10_000 or not account.never(described), account.line()
