"""The doors of stats over HTTP: figures, the brief, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from contracts.event import Fact
from kernel.sheets.formats import format_of
from services.stats.usecases.folding import fold_figures
from tests.rig.stats import CASEWORKER, MAKER, Office, open_office
from tests.unit.stats.builders import (
    MORNING,
    NOW,
    a_camp,
    a_session,
    an_evening,
    attended,
    closed,
    credited,
    published,
    told,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def running(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, tmp_path_factory.mktemp("doors")) as opened:
        yield opened


@pytest.fixture
def office(running: Office) -> Office:
    """The service with nothing folded yet."""
    running.forget()
    return running


def get(office: Office, path: str, head: dict[str, str] | None = None,
        **query: Any) -> requests.Response:
    return requests.get(f"{office.process.address}{path}", params=query, headers=head, timeout=20)


def some_facts() -> list[Fact]:
    camp = published("growth-camp", "连心", confidential=True)
    return [published(), attended("a"), credited("a"), closed(served=40),
            camp, attended("b", a_camp()), closed(a_camp())]


def test_figures_and_brief_are_answered_as_they_were_folded(office: Office) -> None:
    fold_figures(office.app, told(some_facts()))

    answer: dict[str, Any] = get(office, "/api/figures", as_of="2021-09-30", wing="聚心").json()
    sentences = get(office, "/api/briefs", as_of="2021-09-30").json()["sentences"]

    assert answer["as_of"] == "2021-09-30"
    assert (answer["figures"]["attendances"], answer["figures"]["hours"]) == (1, 1.5)
    assert answer["figures"]["redemptions"] is None
    assert sentences[0]["text"] == (
        "截至九月，“马路天使”文明交通志愿服务活动参与志愿者累计1人次，服务时长1.5小时，"
        "服务对象约40人次。"
    )
    assert (sentences[1]["text"], sentences[1]["missing"]) == (None, ["households"])


def test_a_small_confidential_figure_is_null_and_named(office: Office) -> None:
    fold_figures(office.app, told(some_facts()))

    answer = get(office, "/api/figures", as_of="2021-09-30", programme="growth-camp").json()

    assert answer["figures"]["persons"] is None and "persons" in answer["suppressed"]
    assert answer["figures"]["sessions"] == 1


def test_who_has_the_right_sees_it_and_nobody_between_keeps_it(office: Office) -> None:
    fold_figures(office.app, told(some_facts()))
    right = {"Authorization": f"Bearer {CASEWORKER}"}

    answer = get(office, "/api/figures", right, as_of="2021-09-30", programme="growth-camp")

    assert answer.json()["figures"]["persons"] == 1
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Authorization" in answer.headers["Vary"]


def test_staff_open_a_figure_and_caseworkers_a_confidential_one(office: Office) -> None:
    fold_figures(office.app, told(some_facts()))
    staff, right = ({"Authorization": f"Bearer {token}"} for token in (MAKER, CASEWORKER))
    path, camp = "/api/figures/attendances/sources", {"programme": "growth-camp"}

    nobody, refused = get(office, path), get(office, path, staff, **camp)
    opened = get(office, path, staff, as_of="2021-09-30").json()
    secret = get(office, path, right, as_of="2021-09-30", **camp).json()
    rows = [cells for _, cells in format_of("csv").read(get(office, f"{path}.csv", staff).content)]

    assert (nobody.status_code, refused.status_code) == (401, 403)
    assert [item["who"] for item in secret["items"]] == [None] and secret["figure"] == 1
    assert opened["left_out"] and opened["items"][0]["entries"] == {"session-1-a": 90}
    assert len(opened["items"]) == 1 and rows[1][4] == "session-1|a"


def test_an_answer_that_has_not_changed_is_304_until_a_fact_is_folded(
    office: Office
) -> None:
    fold_figures(office.app, told(some_facts()))
    first = get(office, "/api/figures", as_of="2021-09-30")
    known = {"If-None-Match": first.headers["ETag"]}

    again = get(office, "/api/figures", known, as_of="2021-09-30")
    other = get(office, "/api/figures", known, as_of="2021-09-29")
    fold_figures(office.app, told([credited("c")], at=LATER))
    changed = get(office, "/api/figures", known, as_of="2021-09-30")

    assert first.headers["Cache-Control"] == "public, max-age=5"
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, changed.status_code) == (200, 200)
    assert changed.json()["figures"]["persons"] == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_figures_and_their_parts_come_as_a_sheet(office: Office, form: str) -> None:
    fold_figures(office.app, told([*some_facts(), attended("d", an_evening(street="南澳"))]))

    answer = get(office, f"/api/figures.{form}", as_of="2021-09-30", by="street")
    heading, *rows = (cells for _, cells in format_of(form).read(answer.content))

    attendances = heading.index("人次")
    assert {row[0]: row[attendances] for row in rows} == {"合计": "2", "大鹏": "1", "南澳": "1"}
    assert rows[0][heading.index("未计入保密部分")].startswith("人次") and answer.headers["ETag"]


def test_the_parts_of_a_question_are_told_with_the_whole(office: Office) -> None:
    second = a_session(2)
    fold_figures(office.app, told([*some_facts(), credited("e", second), closed(second)]))

    answer = get(office, "/api/figures", as_of="2021-09-30", by="programme").json()
    parts = {part["name"]: part for part in answer["parts"]}

    assert parts["road-angels"]["fixed_minutes"] == 90
    assert parts["road-angels"]["served_methods"] == ["计数"]
    assert "persons" in parts["growth-camp"]["suppressed"] and "persons" in answer["partial"]


def test_c_46_a_month_is_compared_with_the_one_before(office: Office) -> None:
    august = a_session(2, starts_at=MORNING - timedelta(days=40))
    credits = [credited("a"), credited("b"), credited("c"), credited("a", august)]
    fold_figures(office.app, told(credits))

    answer = get(office, "/api/figures/compared", as_of="2021-09-12", unit="month").json()

    assert answer["figures"]["attendances"] == 3
    assert answer["since_previous"]["attendances"] == {
        "before": 1, "percent": "200", "shown": "+200.0%"}
    assert answer["since_year_before"]["attendances"] == {
        "before": None, "percent": None, "shown": "—"}


@pytest.mark.parametrize(("query", "field"), [
    ({"as_of": "30.9.2021"}, "as_of"),
    ({"as_of": "2021-09-30", "from": "2021-10-01"}, "from"),
    ({"by": "moon"}, "by"),
])
def test_a_wrong_period_is_refused_and_named(office: Office, query: dict[str, str],
                                             field: str) -> None:
    refused = get(office, "/api/figures", None, **query)

    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == [field]


def test_the_page_of_a_past_period_does_not_follow(office: Office) -> None:
    fold_figures(office.app, told(some_facts()))

    page = get(office, "/", as_of="2021-09-30")

    assert "截至2021年9月30日" in page.text and "/live" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "data-live" in get(office, "/").text
