"""Imports through the door, with a service that is killed between two batches: C-04, C-13."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kernel.sheets import comma
from kernel.sheets.cells import Table
from services.volunteers.schemas.imports import COLUMNS
from services.volunteers.usecases.verifying import verify
from tests.rig.events import TOKEN
from tests.rig.office import LI_TOKEN, Office, open_office
from tests.unit.volunteers.importing import cells, days

CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, "imports_", tmp_path_factory.mktemp("office")) as opened:
        yield opened


def csv(*rows: dict[str, str]) -> bytes:
    return comma.write(Table(name="记录", columns=[(title, 12) for title in COLUMNS],
                             rows=[[row.get(title) for title in COLUMNS] for row in rows]))


def post(address: str, raw: bytes, token: str | None = LI_TOKEN, *, search: str = "",
         key: str = "") -> requests.Response:
    headers = CSV | ({"Authorization": f"Bearer {token}"} if token else {})
    if key:
        headers["Idempotency-Key"] = key
    return requests.post(f"{address}/api/imports{search}", raw, headers=headers, timeout=60)


def minutes(office: Office) -> int:
    return sum(head.minutes for head in office.app.store.heads.all())


def test_c_04_a_sheet_is_rehearsed_and_imported_by_staff_only(office: Office) -> None:
    raw = csv(*(cells(人员代号=f"p{who}") for who in range(3)))
    assert post(office.address, raw, token=None).status_code == 401
    dry = post(office.address, raw, search="?dry=1")
    assert (dry.status_code, dry.json()["new"], minutes(office)) == (200, 3, 0)
    done = post(office.address, raw, key="k1")
    assert (done.status_code, done.json()["minutes"]) == (201, 270)
    assert post(office.address, raw, key="k1").json() == done.json()
    again = post(office.address, raw, TOKEN)
    assert (again.json()["new"], again.json()["there"], minutes(office)) == (0, 3, 270)


def test_faults_are_named_by_row_and_column_and_nothing_is_entered(office: Office) -> None:
    before = minutes(office)
    unread = post(office.address, csv(cells(人员代号="p7"), cells(人员代号="p8", 日期="x")))
    assert (unread.status_code, list(unread.json()["errors"])) == (422, ["row.3.日期"])
    refused = post(office.address, csv(cells(人员代号="p7"), cells(人员代号="p-li")))
    assert (refused.json()["code"], list(refused.json()["errors"])) == ("import_refused", ["row.3"])
    nobody = post(office.address, csv(cells(人员代号="", 志愿者编号="V000")))
    assert (nobody.status_code, list(nobody.json()["errors"])) == (422, ["row.2"])
    wrong = requests.post(f"{office.address}/api/imports", b"x", timeout=10,
                          headers={"Authorization": f"Bearer {LI_TOKEN}",
                                   "Content-Type": "text/plain"})
    assert (wrong.status_code, minutes(office)) == (415, before)
    template = requests.get(f"{office.address}/api/imports/template.xlsx", timeout=10,
                            headers={"Authorization": f"Bearer {LI_TOKEN}"})
    assert template.content.startswith(b"PK")


def test_c_13_a_service_killed_between_two_batches_enters_each_row_once(
    mongodb_uri: str, tmp_path: Path
) -> None:
    raw = csv(*(row for who in range(10) for row in days(30, f"p{who}")))
    with open_office(mongodb_uri, "imports_killed_", tmp_path,
                     CRASH_AT="transaction.after_commit:4") as office:
        with pytest.raises(requests.ConnectionError):
            post(office.address, raw)
        assert 0 < minutes(office) < 300 * 90
        app = office.app
        with open_office(mongodb_uri, "imports_killed_", tmp_path) as second:
            again = post(second.address, raw)
            assert again.status_code == 201, again.text
            assert minutes(second) == 300 * 90
            seen = verify(app)
            assert (seen.faults, seen.entries) == ([], 300)
