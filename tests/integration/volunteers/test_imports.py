"""Imports through the door, with a process that is killed between two batches: C-04, C-13."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from kernel.clock import system_clock
from kernel.sheets import comma
from kernel.sheets.cells import Table
from services.volunteers.schemas.imports import COLUMNS
from services.volunteers.usecases.imports.entering import ABANDONED_AFTER, finish
from services.volunteers.usecases.verifying import verify
from tests.rig.events import TOKEN
from tests.rig.office import LI_TOKEN, WANG_TOKEN, Office, open_office
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


def decided(address: str, import_id: str, token: str, *, approve: bool = True) -> requests.Response:
    return requests.post(f"{address}/api/imports/{import_id}/decision", timeout=30,
                         headers={"Authorization": f"Bearer {token}"},
                         json={"approve": approve, "reason": "与签到表核对过"})


def reached(address: str, import_id: str) -> dict[str, Any]:
    answer = requests.get(f"{address}/api/imports/{import_id}", timeout=30,
                          headers={"Authorization": f"Bearer {LI_TOKEN}"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_c_17_a_sheet_is_rehearsed_handed_in_and_approved_by_another(office: Office) -> None:
    raw = csv(*(cells(人员代号=f"p{who}") for who in range(3)))
    assert post(office.address, raw, token=None).status_code == 401
    dry = post(office.address, raw, search="?dry=1")
    assert (dry.status_code, dry.json()["new"], minutes(office)) == (200, 3, 0)
    done = post(office.address, raw, key="k1")
    import_id = done.json()["import_id"]
    assert (done.status_code, done.json()["state"], done.json()["minutes"]) == (202, "waiting", 270)
    assert done.headers["Location"] == f"/api/imports/{import_id}"
    assert post(office.address, raw, key="k1").json() == done.json()
    own = decided(office.address, import_id, LI_TOKEN)
    assert (own.status_code, own.json()["code"]) == (403, "self_made")
    assert (finish(office.app), minutes(office)) == ([], 0)
    assert decided(office.address, import_id, WANG_TOKEN).json()["state"] == "approved"
    assert decided(office.address, import_id, WANG_TOKEN).status_code == 409
    assert finish(office.app) == [import_id]
    found = reached(office.address, import_id)
    assert (found["state"], found["entered_minutes"], found["left"], found["decided_by"]) == (
        "done", 270, 0, "wang")
    assert [each["state"] for each in found["records"]] == ["entered"] * 3
    again = post(office.address, raw, TOKEN)
    assert (again.status_code, again.json()["new"], again.json()["there"]) == (200, 0, 3)
    assert minutes(office) == 270


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


TIMER = """
import sys
from services.volunteers.usecases.imports.entering import finish
from kernel.mongo import open_database
from tests.rig.where import Where
from tests.unit.volunteers.ledgers import app_on
finish(app_on(open_database(Where(sys.argv[1], sys.argv[2]), "volunteers")))
"""


def test_c_13_a_process_killed_between_two_batches_enters_each_row_once(
    mongodb_uri: str, office: Office
) -> None:
    before = minutes(office)
    raw = csv(*(row for who in range(15) for row in days(30, f"killed-{who}")))
    import_id = post(office.address, raw).json()["import_id"]
    assert decided(office.address, import_id, WANG_TOKEN).status_code == 200
    dying = subprocess.run(
        [sys.executable, "-c", TIMER, mongodb_uri, "imports_"], timeout=120, check=False,
        env={**os.environ, "CRASH_AT": "transaction.after_commit:2", "PYTHONPATH": os.getcwd()})
    assert dying.returncode == 137
    found = reached(office.address, import_id)
    assert (found["state"], found["entered"], found["batches"]) == ("approved", 2, 3)
    assert 0 < minutes(office) - before < 450 * 90
    assert post(office.address, raw).json()["state"] == "approved"
    later = replace(office.app, clock=lambda: system_clock() + 2 * ABANDONED_AFTER)
    assert finish(later) == [import_id]
    assert minutes(office) - before == 450 * 90
    assert reached(office.address, import_id)["entered_minutes"] == 450 * 90
    seen = verify(office.app)
    assert (seen.faults, sum(1 for _ in office.app.store.heads.all())) == ([], seen.volunteers)
