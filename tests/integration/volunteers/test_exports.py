"""Exports through their doors: statuses, cursors, sheets; and the sanity report's door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from kernel.clock import local_day, system_clock
from kernel.sheets import comma, workbook
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.watching import watch_duties
from tests.rig.office import LI_TOKEN, Office, open_office
from tests.unit.volunteers.builders import at, came, session, told, visit
from tests.unit.volunteers.ledgers import app_on
from tests.unit.volunteers.schedule import scheduled

DAY = (local_day(system_clock()) - timedelta(days=1)).isoformat()
TWO = (local_day(system_clock()) - timedelta(days=2)).isoformat()
PEOPLE = ["p1", "p2", "p3", "p5", "p5"]
PERIOD = f"from={DAY}&to={DAY}"


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, "exports_", tmp_path_factory.mktemp("office")) as opened:
        app = app_on(opened.app.transactions.database)  # whose entries are older than ten minutes
        watch_duties(app, told(scheduled(session(day=DAY))))
        for who in ("p1", "p2", "p3"):
            credit_hours(app, told(*visit("07:30", "09:00", who=who, day=DAY)))
        credit_hours(app, told(came(at("07:40", DAY), session(day=DAY), "p4")))
        same = session(id="s2", day=TWO)
        watch_duties(app, told(scheduled(same), scheduled(session(id="s3", day=TWO))))
        for id in ("s2", "s3"):
            credit_hours(app, told(*visit("07:30", "09:00", who="p5", id=id, day=TWO)))
        yield opened


def get(office: Office, path: str, token: str | None = LI_TOKEN) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(office.address + path, headers=headers, timeout=20)


def test_c_16_entries_are_taken_in_pages_by_staff_only(office: Office) -> None:
    assert get(office, "/api/export/entries", token=None).status_code == 401
    first = get(office, "/api/export/entries?limit=2").json()
    rest = get(office, f"/api/export/entries?limit=9&since={first['next']}").json()
    assert [each["person_ref"] for each in first["entries"] + rest["entries"]] == PEOPLE
    assert (first["complete"], rest["complete"]) == (False, True)
    after = get(office, f"/api/export/entries?since={rest['next']}").json()
    assert (after["entries"], after["complete"]) == ([], True)
    wrong = get(office, "/api/export/entries?since=x")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_cursor")


def test_c_04_lines_are_sheets_split_by_basis(office: Office) -> None:
    rows = list(comma.read(get(office, f"/api/export/lines.csv?{PERIOD}").content))
    assert [row[7] for _, row in rows[1:]] == ["90", "90", "90"]
    xlsx = get(office, f"/api/export/lines.xlsx?{PERIOD}&programme=road-angels")
    assert len(list(workbook.read(xlsx.content))) == 4
    assert list(get(office, "/api/export/lines.csv").json()["errors"]) == ["from", "to"]


def test_c_48_the_sanity_report_is_answered(office: Office) -> None:
    assert get(office, "/api/sanity", token=None).status_code == 401
    found = get(office, f"/api/sanity?{PERIOD}").json()
    assert (found["from"], found["sessions"], found["complete"]) == (DAY, 1, True)
    assert [(each["kind"], each["do"]) for each in found["findings"]] == [
        ("on_duty", "/staff/duties")]
    before = get(office, f"/api/sanity?from={TWO}&to={TWO}").json()
    assert [(each["kind"], each["minutes"], each["other"]) for each in before["findings"]] == [
        ("overlapping", 90, "s2")]
    [flagged] = found["fixed_length"]
    assert (flagged["attendances"], flagged["each"], flagged["hours_each"]) == (3, 90, 1.5)
    long = get(office, f"/api/sanity?from=2020-01-01&to={DAY}")
    assert (long.status_code, long.json()["code"]) == (422, "period_too_long")
