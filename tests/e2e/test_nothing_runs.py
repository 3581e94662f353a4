"""Script typed into every text is shown as text: a browser goes through the pages, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from services.volunteers.texts import texts
from tests.e2e.browser import DESK, open_page
from tests.integration.doors.attacks import operations
from tests.integration.events.asking import published
from tests.rig.house import ALL, ALL_TOKEN, House, open_house
from tests.unit.volunteers.office import card

RUNS = '"><img src=x onerror="window.__x=1">'  # 36 characters: a name may have 40
WATCH = """
window.__broken = [];
addEventListener("securitypolicyviolation",
                 (event) => window.__broken.push(event.violatedDirective + " " + event.sample));
"""
SKIPPED = ("/static", "/api/", "/staff/desk/worker.js", ".csv", ".xlsx", ".ics", ".svg", ".pdf")


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(mongodb_uri, tmp_path_factory.mktemp("runs")) as opened:
        yield opened


@pytest.fixture(scope="module")
def volunteer(house: House) -> dict[str, str]:
    return _volunteer(house.address("volunteers"))


@pytest.fixture(scope="module")
def beginnings(house: House, volunteer: dict[str, str]) -> dict[str, list[str]]:
    """Pages by service to begin with, once such texts stand wherever texts may stand."""
    activity = _activity(house.address("events"))
    return {"events": [f"/activities/{activity['id']}", f"/staff/activities/{activity['id']}",
                       f"/registrations/{_signed_up(house.address('events'), activity)}"],
            "volunteers": [f"/staff/volunteers/{volunteer['volunteer_no']}"],
            "notifications": [], "stats": ["/?theme=light"]}


def _activity(events: str) -> dict[str, str]:
    return dict(published(events, title=RUNS, place=RUNS, mode="approval"))


def _signed_up(events: str, activity: dict[str, str]) -> str:
    door = f"{events}/api/sessions/{activity['sessions'][0]['id']}/registrations"  # type: ignore[index]
    answer = requests.post(door, json={"party": [{"name": RUNS, "phone": "13900000001"}]},
                           timeout=20)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["registration_id"])


def _volunteer(volunteers: str) -> dict[str, str]:
    body = {"name": RUNS, "phone": "13900000002", "consents": ["id_number"],
            "document": {"type": "resident_id", "number": card("1990-01-01", 1)},
            "text_version": texts().version}
    answer = requests.post(f"{volunteers}/api/volunteers", json=body, headers=ALL, timeout=20)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def begun(house: House, service: str) -> list[str]:
    """Every page that has an address without anything in it to fill."""
    return [path for method, path, told in operations(house.described(service))
            if method == "GET" and "{" not in path
            and "text/html" in told["responses"].get("200", {}).get("content", {})]


def walked(page: Page, base: str, starts: list[str], *, most: int) -> Iterator[str]:
    """Pages one after the other, then those that they lead to; each is looked at by the caller."""
    waiting, seen = list(starts), set[str]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or any(part in path for part in SKIPPED):
            continue
        seen.add(path)
        page.goto(urljoin(base, path), wait_until="load")
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        here = urlsplit(base).netloc
        waiting += [f"{urlsplit(link).path}?{urlsplit(link).query}".rstrip("?")
                    for link in links if urlsplit(link).netloc == here]
        yield path


@pytest.mark.slow
@pytest.mark.parametrize(("service", "shown"), [
    ("events", 4), ("volunteers", 0), ("notifications", 0), ("stats", 0),
])
def test_no_page_runs_what_somebody_typed(
    house: House, beginnings: dict[str, list[str]], browser: Browser, service: str, shown: int,
) -> None:
    base = house.address(service)
    page = open_page(browser, base, size=DESK, token=ALL_TOKEN)
    page.add_init_script(WATCH)
    with_text = 0
    for path in walked(page, base, beginnings[service] + begun(house, service), most=40):
        assert page.evaluate("window.__x") is None, path
        assert page.evaluate("window.__broken") == [], path
        with_text += "onerror=" in page.inner_text("body")
    assert with_text >= shown
    page.context.close()


def test_nothing_runs_on_a_volunteers_own_page(house: House, volunteer: dict[str, str],
                                               browser: Browser) -> None:
    page = open_page(browser, house.address("volunteers"))
    page.add_init_script(WATCH)
    page.goto("/own")
    page.fill("#volunteer_no", volunteer["volunteer_no"])
    page.fill("#code", volunteer["code"])
    page.click("button.primary")
    page.wait_for_load_state("load")
    assert "onerror=" in page.inner_text("body")
    assert page.evaluate("window.__x") is None and page.evaluate("window.__broken") == []
    page.context.close()


def test_a_script_that_came_through_would_be_stopped_and_told(house: House,
                                                              browser: Browser) -> None:
    """What the test above looks for is there to be found."""
    page = open_page(browser, house.address("events"))
    page.add_init_script(WATCH)
    page.goto("/")
    page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)",
                  f'<p title="{RUNS}</p><p style="color: red">x</p>')
    page.wait_for_function("window.__broken.length >= 2")
    assert page.evaluate("window.__x") is None
    page.context.close()
