"""The pages on which staff set up their accounts, sign in and out, and operators keep accounts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from werkzeug.wrappers import Response

from kernel.audit.act import acting
from kernel.web import STAFF_COOKIE, Refused
from services.events.usecases.accounts import managing
from services.events.usecases.accounts.one_time import code_at
from services.events.web.staff_sign_in_pages import STEP_COOKIE
from tests.unit.events.builders import Town
from tests.unit.events.console import text
from tests.unit.events.staff_accounts import PASSWORD, Browser, add, member, rights, set_up

VOLUNTEERS = "http://127.0.0.1:8002/staff/audit?by=li"


def sign_in(browser: Browser, name: str, secret: str, next: str = "") -> Response:
    first = browser.post("sign_in", {"name": name, "password": PASSWORD, "next": next})
    assert first.headers["Location"] == "/staff/code", text(first)
    answer: Response = browser.post("sign_in_code", {"code": code_at(secret, browser.town.clock())})
    browser.town.clock.advance(timedelta(seconds=60))
    return answer


def signed_in(town: Town, name: str) -> Browser:
    browser = Browser(town)
    browser.cookies[STAFF_COOKIE] = member(town, name, "operator")
    return browser


def test_a_member_sets_the_account_up_and_signs_in_with_nothing_but_forms(town: Town) -> None:
    add(town, "reception", "desk")
    code = managing.invite(town.app, "reception", by=managing.COMMAND)
    browser = Browser(town)
    assert browser.post("open_invitation", {"code": code}).headers["Location"] == "/staff/set-up"
    page = browser.page("set_up_page")
    found = re.search(r"密钥 <code>([A-Z2-7 ]+)</code>", page)
    assert found and "<svg" in page and "otpauth://totp/Xiangxin:reception" in page
    secret = found[1].replace(" ", "")
    fields = {"password": PASSWORD, "again": PASSWORD, "code": "000000"}
    assert "验证器上的数字不对" in text(browser.post("set_up", fields))
    fields["code"] = code_at(secret, town.clock())
    done = browser.post("set_up", fields)
    assert len(re.findall(r"<li><code>[A-Z2-7-]{14}</code>", text(done))) == 8
    assert STEP_COOKIE not in browser.cookies and not browser.token()
    assert browser.get("set_up_page").headers["Location"] == "/staff/invitation"
    town.clock.advance(timedelta(seconds=60))
    assert sign_in(browser, "reception", secret).headers["Location"] == "/staff/start"
    found_rights = rights(town, browser.token())
    assert found_rights is not None and found_rights.actor == "reception"


def test_the_password_alone_is_no_login_and_a_login_is_new_each_time(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    browser = Browser(town)
    browser.cookies[STAFF_COOKIE] = "made-by-somebody-else"
    answer = browser.post("sign_in", {"name": "Reception", "password": PASSWORD})
    step = browser.cookies[STEP_COOKIE]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/staff"):
        assert part in answer.headers["Set-Cookie"]
    assert rights(town, step) is None and browser.token() == "made-by-somebody-else"
    sign_in(browser, "reception", secret)
    first = browser.token()
    sign_in(browser, "reception", secret)
    assert len({"made-by-somebody-else", step, first, browser.token()}) == 4
    assert rights(town, first) is not None


@pytest.mark.parametrize(("back", "to"), [
    ("/staff/approvals?x=1", "/staff/approvals?x=1"), ("//evil.example/", "/staff/start"),
    ("https://evil.example/", "/staff/start"), ("/\\evil.example", "/staff/start"),
    ("http://127.0.0.1:80021/", "/staff/start"),
    ("http://127.0.0.1:8002@evil.example/", "/staff/start"),
    ("http://127.0.0.1:8002//evil.example", "/staff/start"),
])
def test_one_goes_back_to_a_page_of_ours_only(town: Town, back: str, to: str) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    assert sign_in(Browser(town), "reception", secret, back).headers["Location"] == to


def test_a_page_of_another_service_is_reached_by_a_page_of_our_own(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    answer = sign_in(Browser(town), "reception", secret, VOLUNTEERS)
    assert answer.status_code == 200 and f'url={VOLUNTEERS}"' in text(answer)


def test_what_is_wrong_is_not_told_and_too_often_is(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    browser, told = Browser(town), set()
    for fields in ({"name": "reception", "password": "no"}, {"name": "nobody"}, {}):
        answer = browser.post("sign_in", fields)
        assert answer.status_code == 401
        told.add(re.sub(r' value="\w*"', "", text(answer)))
    assert len(told) == 1
    browser.post("sign_in", {"name": "reception", "password": PASSWORD})
    statuses = [browser.post("sign_in_code", {"code": "123"}).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert browser.post("sign_in_code",
                        {"code": code_at(secret, town.clock())}).status_code == 429


def test_a_form_of_another_site_does_nothing(town: Town) -> None:
    browser = Browser(town, HTTP_SEC_FETCH_SITE="cross-site")
    for name, fields in {"sign_in": {"name": "a", "password": "b"}, "sign_in_code": {"code": "1"},
                         "sign_out": {}, "open_invitation": {"code": "a"},
                         "set_up": {"code": "1"}}.items():
        with pytest.raises(Refused):
            browser.post(name, fields)


def test_the_browser_forgets_a_login_without_pages_and_no_later_than_it_ends(town: Town) -> None:
    from kernel.web.staying import keep_on

    browser = signed_in(town, "li")
    for passed, left in ((0, 7200), (11.5, 1800 - 60)):
        town.clock.advance(timedelta(hours=passed))
        call = browser._call("GET", "")
        answer = Response("", mimetype="text/html")
        keep_on(answer, call, browser.settings)
        age = re.search(r"Max-Age=(\d+)", answer.headers["Set-Cookie"])
        assert age and abs(int(age[1]) - left) <= 1
    sheet = Response("", mimetype="text/csv")
    keep_on(sheet, browser._call("GET", ""), browser.settings)
    assert "Set-Cookie" not in sheet.headers


def test_signing_out_ends_the_login_not_only_the_cookie(town: Town) -> None:
    browser = signed_in(town, "li")
    token = browser.token()
    assert browser.post("sign_out", {}).headers["Location"] == "/staff"
    assert not browser.token() and rights(town, token) is None
    assert [each.data["account_id"] for each in town.told("login_ended")]


@pytest.mark.parametrize(("site", "ends"), [("same-site", True), ("none", False),
                                            ("cross-site", False)])
def test_other_services_lead_out_and_links_from_elsewhere_ask(town: Town, site: str,
                                                              ends: bool) -> None:
    browser = signed_in(town, "li")
    token, browser.environ = browser.token(), {"HTTP_SEC_FETCH_SITE": site}
    browser.get("sign_out_page")
    assert (rights(town, token) is None) is ends


def test_ones_own_logins_are_listed_and_ended_one_by_one_or_all(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    here, there = Browser(town), Browser(town, HTTP_USER_AGENT="Mozilla (iPhone) Safari")
    for browser in (here, there):
        sign_in(browser, "reception", secret)
    page = here.page("own_account_page")
    assert page.count("这一台") == 1 and "iPhone · Safari" in page
    [other] = [each for each in re.findall(r'name="login" value="(\w+)"', page)
               if rights(town, there.token()).login_id == each]  # type: ignore[union-attr]
    here.post("end_own_logins", {"login": other})
    assert rights(town, there.token()) is None and rights(town, here.token()) is not None
    token = here.token()
    here.post("end_own_logins", {})
    town.clock.advance(timedelta(seconds=1))
    assert rights(town, token) is None


def test_operators_make_invite_and_shut_accounts_and_see_the_code_once(town: Town) -> None:
    li = signed_in(town, "li")
    made = li.post("add_account", {"name": "reception", "role.desk": "1", "streets": "大鹏、横岗"})
    assert made.headers["Location"] == "/staff/accounts/reception?done=added"
    shown = text(li.post("act_on_account", {"action": "invite"}, account="reception"))
    code = re.search(r'class="secret">([A-Z2-7-]{24})<', shown)
    assert code and code[1] not in li.page("account_page", account="reception")
    assert "已邀请" in li.page("accounts_page")
    li.post("act_on_account", {"action": "close"}, account="reception")
    assert "已停用" in li.page("accounts_page")
    assert li.post("act_on_account", {"action": "close"}, account="li").status_code == 403


def test_a_second_operator_decides_on_the_page(town: Town) -> None:
    li, wang = signed_in(town, "li"), signed_in(town, "wang")
    add(town, "case", "viewer")
    answer = li.post("change_account", {"role.caseworker": "1"}, account="case")
    assert answer.headers["Location"].endswith("done=waits")
    assert "等别人决定" in li.page("accounts_page")
    page = wang.page("accounts_page")
    request = re.search(r"/staff/account-requests/(\w+)", page)
    assert request and "个案工作" in page
    wang.post("decide_grant", {"decision": "approve"}, request_id=request[1])
    assert town.app.store.staff.named("case").grant.roles == ("caseworker",)


def test_what_was_changed_stands_in_the_audit_log(town: Town) -> None:
    from kernel.audit.act import Act

    act = Act(kind="changed", by=managing.COMMAND.actor, what="staff_add", place="xiangxin staff")
    with acting(act):
        add(town, "reception", "desk")
    [row] = town.database["audit"].find()
    assert (row["by"], row["after"]) == ("operator command", {
        "account": "reception", "roles": "desk", "waits": False})


def test_a_token_has_no_account_page(town: Town) -> None:
    from tests.unit.events.console import Console

    with pytest.raises(Refused) as refused:
        Console(town).get("own_account_page")
    assert refused.value.problem.code == "account_needed"
