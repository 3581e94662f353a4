"""The register on a real database: an order without gaps, and nothing to read for a thief."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kernel.mongo import open_database
from kernel.vault import Vault
from services.volunteers.usecases.people import consenting
from tests.rig.where import Where
from tests.unit.volunteers.office import GUARDIAN, RESIDENT, VERSION, Office, card


@pytest.fixture
def office(mongodb_uri: str, database_name: str) -> Iterator[Office]:
    database = open_database(Where(mongodb_uri, database_name), "volunteers")
    vault = Vault(database, secrets.token_bytes(96))
    yield Office.on(database, vault)
    vault.close()
    database.client.close()


def test_c27_words_of_one_moment_have_an_order(office: Office) -> None:
    number = office.new(1)
    volunteer = office.register.known(number)

    def agree(n: int) -> None:
        consenting.set_toggle(office.register, volunteer, "photo", given=n % 2 == 0,
                              version=VERSION, acting=RESIDENT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(agree, range(12)))
    lines = office.register.people.records.of(number)
    assert [line.serial for line in lines] == list(range(1, 14))
    assert consenting.may(office.register, number, "photo") is lines[-1].values["given"]


def test_c30_a_thief_of_the_database_reads_no_name_and_no_number(office: Office) -> None:
    office.known(1)
    office.new(1, born="1990-01-01")
    office.new(2, born="2016-01-01", guardian=GUARDIAN)
    kept = office.dump()
    assert office.register.opened(office.new(3)).name == "测试0003"
    for secret in ("测试", "1390000", "1990-01-01", "2016-01-01", card("1990-01-01", 1)):
        assert secret not in kept and secret.encode().hex() not in kept.encode().hex()
