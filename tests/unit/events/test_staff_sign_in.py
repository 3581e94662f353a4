"""Signing in with a token: a cookie that no script reads, few tries, and no way out to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.sign_in import WRONG_TOKENS, SignInForm
from kernel.web import Call, Refused
from kernel.web.call import read_form
from tests.unit.events.builders import Town
from tests.unit.events.console import Console, Tokens, stranger, text


@pytest.fixture
def console() -> Console:
    return stranger(Town.in_memory())


def test_the_right_token_is_kept_where_no_script_reads_it(console: Console) -> None:
    answer = console.post("sign_in", {"token": Tokens.staff_token})
    cookie = answer.headers["Set-Cookie"]
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/activities")
    assert cookie.startswith("xiangxin_staff=only-for-tests;")
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize("came", [{"wsgi.url_scheme": "https"},
                                  {"HTTP_X_FORWARDED_PROTO": "https, http"}])
def test_a_cookie_that_came_by_https_goes_by_https_only(console: Console,
                                                        came: dict[str, str]) -> None:
    form = read_form(f"token={Tokens.staff_token}".encode(), SignInForm())
    answer = console.sign_in(Call({"HTTP_SEC_FETCH_SITE": "same-origin", **came}, form=form))
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_one_goes_back_to_where_one_was_but_never_to_another_site(console: Console) -> None:
    fields = {"token": Tokens.caseworker_token, "next": "/staff/approvals"}
    assert console.post("sign_in", fields).headers["Location"] == "/staff/approvals"
    fields["next"] = "//evil.example/"
    assert console.post("sign_in", fields).headers["Location"] == "/staff/activities"
    assert "evil.example" not in console.page("sign_in_page", "next=//evil.example")


def test_a_wrong_token_is_told_so_and_is_not_shown_again(console: Console) -> None:
    answer = console.post("sign_in", {"token": "a-wrong-token", "next": "/staff/approvals"})
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers
    assert "口令不对" in text(answer) and "a-wrong-token" not in text(answer)
    assert 'value="/staff/approvals"' in text(answer)


def test_an_empty_form_asks_for_the_token(console: Console) -> None:
    answer = console.post("sign_in", {"token": ""})
    assert answer.status_code == 422 and "请粘贴口令" in text(answer)


def test_an_address_that_was_wrong_too_often_waits_even_with_the_right_token(
    console: Console,
) -> None:
    for _ in range(WRONG_TOKENS["most"]):
        assert console.post("sign_in", {"token": "wrong"}).status_code == 403
    answer = console.post("sign_in", {"token": Tokens.staff_token})
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 601
    console.town.clock.advance(timedelta(minutes=11))
    assert console.post("sign_in", {"token": Tokens.staff_token}).status_code == 303


def test_a_form_of_another_site_does_not_sign_anybody_in(console: Console) -> None:
    form = read_form(f"token={Tokens.staff_token}".encode(), SignInForm())
    with pytest.raises(Refused) as refused:
        console.sign_in(Call({"HTTP_SEC_FETCH_SITE": "cross-site"}, form=form))
    assert refused.value.problem.status == 403


def test_signing_out_forgets_the_cookie(console: Console) -> None:
    answer = console.post("sign_out", {})
    assert answer.status_code == 303 and "Max-Age=0" in answer.headers["Set-Cookie"]


def test_who_is_signed_in_sees_as_whom() -> None:
    town = Town.in_memory()
    assert "已登录：工作人员" in Console(town).page("sign_in_page")
    assert "已登录" not in stranger(town).page("sign_in_page")
