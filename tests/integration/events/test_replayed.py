"""What counts once, at real doors: codes used a second time, ways back walked again, keys guessed,
and logins that somebody else had put into the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from urllib.parse import urljoin

import pytest
import requests

from kernel.clock import system_clock
from kernel.envelope import parse
from kernel.outbox import all_rows, opened
from kernel.web import ANYONE, STAFF_COOKIE
from kernel.web.access import RESIDENT_COOKIE
from ops.doors.callers import method_of
from ops.doors.listing import Listed, doors
from ops.parts import free_port
from services.events.domain.staff_account import Grant
from services.events.usecases.accounts import inviting, managing
from services.events.usecases.accounts.one_time import code_at, digest_of
from services.events.usecases.application import Events
from tests.integration.doors.knocking import filled
from tests.integration.events.asking import published, signed_up
from tests.rig.events import Running, open_events
from tests.rig.provider import open_provider
from tests.unit.events.builders import PROGRAMMES

HERE = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "invented kettle 0042"
HALF_A_MINUTE = timedelta(seconds=30)
PHONES, NAMES = count(13900008000), count(1)
OPEN = [one for one in doors() if one.service == "events" and one.door.allow is ANYONE]
CODED = [one for one in OPEN if "<string:code>" in one.door.url and one.door.method == "GET"]
HOLDERS = [one for one in OPEN if "<string:registration_id>" in one.door.url
           and one.door.method != "GET"]
GUESSES = 10  # wrong codes of one address in ten minutes


@pytest.fixture(scope="module")
def events(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With an identity provider beside it."""
    port, folder = free_port(), tmp_path_factory.mktemp("replayed")
    address = f"http://127.0.0.1:{port}"
    with open_provider(address, folder, {"chen": ["district-desk"]}) as provider, open_events(
        mongodb_uri, folder, programmes=PROGRAMMES, BIND=f"127.0.0.1:{port}",
        SERVICE_URLS=f"events={address}", TRUSTED_PROXIES="1", **provider.settings(),
    ) as running:
        yield running


def posted(browser: requests.Session, url: str, **fields: str) -> requests.Response:
    return browser.post(url, data=fields, headers=HERE, timeout=20, allow_redirects=False)


def copied(browser: requests.Session) -> requests.Session:
    """Another browser with the same cookies, as who listens in would have them."""
    other = requests.Session()
    other.cookies.update(browser.cookies)
    return other


def sms_code(app: Events, phone: str) -> str:
    """What was sent to the telephone last."""
    told = [parse(opened(row, app.vault)).data for row in all_rows(app.transactions.database)
            if row.key == "events.sign_in_code_made.v1"]
    return str([each["code"] for each in told if each["phone"] == phone][-1])


def asked_for_code(events: Running) -> tuple[requests.Session, str]:
    """A browser on the page of the code, and the code."""
    browser, phone = requests.Session(), str(next(PHONES))
    assert posted(browser, f"{events.address}/sign-in", phone=phone).status_code == 303
    return browser, sms_code(events.app, phone)


def test_the_code_of_an_sms_counts_once_and_in_one_browser(events: Running) -> None:
    browser, code = asked_for_code(events)
    url, thief = f"{events.address}/sign-in/code", copied(browser)
    assert posted(requests.Session(), url, code=code).status_code == 409, "the code alone"
    assert posted(browser, url, code=code).status_code == 303
    assert posted(browser, f"{events.address}/sign-out").status_code == 303
    assert posted(thief, url, code=code).status_code == 409, "code and cookie, used"
    assert RESIDENT_COOKIE not in thief.cookies


def test_a_resident_gets_a_login_of_their_own_whatever_the_browser_had(events: Running) -> None:
    attacker, code = asked_for_code(events)
    posted(attacker, f"{events.address}/sign-in/code", code=code)
    victim, code = asked_for_code(events)
    planted = attacker.cookies[RESIDENT_COOKIE]
    victim.cookies.set(RESIDENT_COOKIE, planted, domain="127.0.0.1", path="/")
    assert posted(victim, f"{events.address}/sign-in/code", code=code).status_code == 303
    kept = [each.value for each in victim.cookies if each.name == RESIDENT_COOKIE]
    assert kept and planted not in kept


def member(app: Events) -> tuple[str, str, list[str]]:
    """Name, authenticator's key and recovery codes; the code of half a minute ago is used."""
    name = f"member-{next(NAMES)}"
    managing.add(app, name, Grant(roles=("desk",)), by=managing.COMMAND)
    code = managing.invite(app, name, by=managing.COMMAND)
    account = inviting.open_invitation(app, code, address=None)
    key, _ = inviting.secret_of(app, account)
    recovery = inviting.accept(
        app, account.account_id, digest_of(code), password=PASSWORD, address=None,
        code=code_at(key, system_clock() - HALF_A_MINUTE))
    return name, key, recovery


def entered(events: Running, name: str, code: str,
            browser: requests.Session | None = None) -> tuple[int, requests.Session]:
    """The status of the second step, after the password."""
    browser = browser or requests.Session()
    posted(browser, f"{events.address}/staff", name=name, password=PASSWORD)
    return posted(browser, f"{events.address}/staff/code", code=code).status_code, browser


def test_the_code_of_an_authenticator_counts_once(events: Running) -> None:
    name, key, _ = member(events.app)
    code = code_at(key, system_clock())
    assert entered(events, name, code)[0] == 303
    assert entered(events, name, code)[0] == 401
    assert entered(events, name, code_at(key, system_clock() + HALF_A_MINUTE))[0] == 303


def test_a_recovery_code_counts_once(events: Running) -> None:
    name, _, recovery = member(events.app)
    assert entered(events, name, recovery[0])[0] == 303
    assert entered(events, name, recovery[0])[0] == 401
    assert entered(events, name, recovery[1])[0] == 303


def test_the_step_between_password_and_code_is_of_one_member(events: Running) -> None:
    """Nor does a login that was put into the browser before stand after signing in."""
    first, second = member(events.app), member(events.app)
    _, attacker = entered(events, first[0], first[2][0])
    planted, browser = attacker.cookies[STAFF_COOKIE], requests.Session()
    browser.cookies.set(STAFF_COOKIE, planted, domain="127.0.0.1", path="/")
    assert entered(events, second[0], first[2][1], browser)[0] == 401
    assert entered(events, second[0], second[2][0], browser)[0] == 303
    kept = [each.value for each in browser.cookies if each.name == STAFF_COOKIE]
    assert kept and planted not in kept


def at_the_provider(browser: requests.Session, events: Running) -> str:
    """Signs in there by its pages; the address that leads back to us, not followed yet."""
    page = browser.get(f"{events.address}/staff/provider", timeout=20)
    for fields in ({"prompt": "login", "login": "chen", "password": "invented"},
                   {"prompt": "consent"}):
        form = re.search(r'<form[^>]* action="([^"]+)"', page.text)
        assert form is not None, page.text
        page = browser.post(urljoin(page.url, form[1]), data=fields, timeout=20,
                            allow_redirects=False)
        while page.is_redirect:
            there = urljoin(page.url, page.headers["Location"])
            if there.startswith(f"{events.address}/"):
                return there
            page = browser.get(there, timeout=20, allow_redirects=False)
    raise AssertionError(page.text)


def test_the_way_back_from_the_provider_is_walked_once(events: Running) -> None:
    browser = requests.Session()
    back = at_the_provider(browser, events)
    thief, stranger = copied(browser), requests.Session()
    assert stranger.get(back, timeout=20).status_code == 401, "in another browser"
    assert browser.get(back, timeout=20).status_code == 200
    assert browser.cookies.get(STAFF_COOKIE)
    for again in (thief, browser):
        told = again.get(back, timeout=20, allow_redirects=False)
        assert told.status_code == 401, told.text[:300]
    assert STAFF_COOKIE not in thief.cookies and STAFF_COOKIE not in stranger.cookies
    account = events.app.store.staff.named("chen")
    logins = events.app.transactions.database["staff_logins"]
    assert logins.count_documents({"account_id": account.account_id}) == 1


@pytest.mark.parametrize("one", HOLDERS, ids=lambda one: one.address)
def test_a_guessed_key_opens_no_registration(events: Running, one: Listed) -> None:
    """Nor does what a browser says that it kept; the id itself is in facts, and no secret (0020).
    """
    made = signed_up(events.address, published(events.address), next(PHONES) % 10_000).json()
    real, key = made["registration_id"], made["key"]
    off = key[:-1] + ("0" if key[-1] != "0" else "1")
    for guess in ("", off, key.upper(), key[:-1], f"{key}0", "0" * 20, "*"):
        assert shown(events, one, real, guess).status_code == 403, guess
        assert shown(events, one, "f" * 32, guess).status_code == 404, guess
    assert events.app.store.registrations.one(real).status == "confirmed"
    assert shown(events, one, real, key).status_code not in (403, 404), "the key itself opens it"


def shown(events: Running, one: Listed, registration_id: str, key: str) -> requests.Response:
    """The answer to somebody elsewhere who shows this key, in a head and as a browser's cookie."""
    url = filled(one.door.url.replace("<string:registration_id>", registration_id), "x")
    return requests.request(
        method_of(one.door), f"{events.address}{url}", timeout=20, allow_redirects=False,
        headers={**HERE, "Registration-Key": key, "X-Forwarded-For": "203.0.113.7",
                 "Cookie": f"xiangxin_mine={registration_id}-{key}"})


@pytest.mark.parametrize("one", CODED, ids=lambda one: one.address)
def test_who_guesses_codes_is_soon_not_answered_any_more(events: Running, one: Listed) -> None:
    def guess(code: str) -> requests.Response:
        url = one.door.url.replace("<string:code>", code)
        return requests.get(f"{events.address}{url}", timeout=20, headers={
            "X-Forwarded-For": f"203.0.113.{20 + CODED.index(one)}"})

    assert {guess(f"{number:010}").status_code for number in range(GUESSES)} == {404}
    shut = guess("0" * 10)
    assert shut.status_code == 429 and 0 < int(shut.headers["Retry-After"]) <= 600
