"""One sign-in, four services: what operators take back is taken back everywhere within seconds."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import requests

from kernel.clock import system_clock
from kernel.login_token import public_of
from services.events.usecases.accounts.one_time import code_at
from tests.rig.city import City
from tests.rig.process import Process
from tests.waiting import eventually

SEED = bytes(range(32))
LOGIN = {
    "LOGIN_KEY": base64.b64encode(SEED).decode(), "TOKEN_SIGN_IN": "no",
    "LOGIN_PUBLIC_KEYS": base64.b64encode(public_of(SEED)).decode(),
}
PAGES = {"events": "/staff/activities", "volunteers": "/staff/corrections",
         "notifications": "/staff/overview", "stats": "/staff/briefs"}
PASSWORD = "invented kettle 0042"
HERE = {"Sec-Fetch-Site": "same-origin"}
ROLES = ("--role", "department", "--role", "operator")
Services = dict[str, Process]


def staff(city: City, *arguments: str) -> str:
    """What `xiangxin staff` prints."""
    return city.operator("events", "staff", *arguments, **LOGIN)


def set_up(city: City, events: Process) -> tuple[str, list[str]]:
    """Makes the account and sets it up by the pages; the authenticator's key, recovery codes."""
    staff(city, "add", "reception", *ROLES)
    code = re.search(r"code, once, within 3 days: ([A-Z2-7-]{24})",
                     staff(city, "invite", "reception"))
    assert code is not None
    browser = requests.Session()
    page = browser.post(f"{events.address}/staff/invitation", data={"code": code[1]}, headers=HERE)
    secret = re.search(r"密钥 <code>([A-Z2-7 ]+)</code>", page.text)
    assert secret is not None, page.text
    key = secret[1].replace(" ", "")
    typed = {"password": PASSWORD, "again": PASSWORD, "code": code_at(key, system_clock())}
    done = browser.post(f"{events.address}/staff/set-up", data=typed, headers=HERE)
    return key, re.findall(r"<li><code>([A-Z2-7-]{14})</code>", done.text)


def sign_in(events: Process, code: str) -> requests.Session:
    """A browser that signed in."""
    browser = requests.Session()
    typed = {"name": "reception", "password": PASSWORD}
    browser.post(f"{events.address}/staff", data=typed, headers=HERE)
    page = browser.post(f"{events.address}/staff/code", data={"code": code}, headers=HERE)
    assert page.ok and browser.cookies.get("xiangxin_staff"), page.text
    return browser


def answers(services: Services, browser: requests.Session) -> dict[str, int]:
    """What each service says to this browser; ports of one host share its cookies."""
    return {name: browser.get(f"{each.address}{PAGES[name]}", timeout=10).status_code
            for name, each in services.items()}


def everywhere(services: Services, browser: requests.Session, status: int) -> None:
    wanted = dict.fromkeys(services, status)

    def is_so() -> bool:
        assert answers(services, browser) == wanted
        return True

    eventually(is_so, within=60)


def test_a_role_a_login_and_an_account_are_taken_back_everywhere(city: City) -> None:
    services = {name: city.service(name, **LOGIN).start() for name in PAGES}
    events, relay = services["events"], city.relay("events").start()
    key, codes = set_up(city, events)
    first = sign_in(events, code_at(key, system_clock() + timedelta(seconds=30)))
    everywhere(services, first, 200)
    staff(city, "change", "reception", "--role", "auditor")
    everywhere(services, first, 403)
    staff(city, "change", "reception", *ROLES)
    second = sign_in(events, codes[0])
    everywhere(services, second, 200)
    copied = first.cookies["xiangxin_staff"]
    first.post(f"{events.address}/staff/sign-out", headers=HERE)
    first.cookies.set("xiangxin_staff", copied)
    everywhere(services, first, 401)
    everywhere(services, second, 200)

    relay.kill()  # as while the broker is away: nothing is heard
    staff(city, "close", "reception")
    told = answers(services, second)
    assert told.pop("events") == 401 and set(told.values()) == {200}
    relay.start()
    everywhere(services, second, 401)
