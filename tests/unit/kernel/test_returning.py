"""Going back after signing in: to a path of ours and nowhere else."""

from __future__ import annotations

import pytest

from kernel.pages.problem import problem_page
from kernel.web import Problem, Refused
from kernel.web.returning import asked_path, local_path


@pytest.mark.parametrize("path", ["/", "/staff/activities", "/staff/sessions/a?page=2&q=b"])
def test_a_path_of_ours_is_gone_back_to(path: str) -> None:
    assert local_path(path, otherwise="/staff") == path


@pytest.mark.parametrize("address", [
    None, "", "staff", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "/ok\r\nSet-Cookie: a=b",
    " /staff", "/staff\\..\\x", "/职工", "/" + "a" * 2_000,
])
def test_any_other_address_is_not(address: str | None) -> None:
    assert local_path(address, otherwise="/staff") == "/staff"


def test_what_was_asked_for_is_written_as_a_browser_would_ask_again() -> None:
    path = "/staff/活动".encode().decode("latin-1")
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "q=%E6%B5%B7"}
    found = asked_path(asked)
    assert found == "/staff/%E6%B4%BB%E5%8A%A8?q=%E6%B5%B7"
    assert local_path(found, otherwise="") == found
    assert asked_path({**asked, "REQUEST_METHOD": "POST"}) is None


def page(code: str, status: int, **environ: str) -> str:
    refused = Refused(Problem(status, code))
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/staff/approvals", **environ}
    return problem_page(refused, asked).get_data(as_text=True)


def test_who_lacks_a_token_is_shown_the_way_to_sign_in_and_back() -> None:
    shown = page("token_required", 401, QUERY_STRING="a=1&b=2")
    assert 'href="/staff?next=%2Fstaff%2Fapprovals%3Fa%3D1%26b%3D2"' in shown
    assert 'href="/staff?next=' in page("caseworker_needed", 403)


def test_a_form_that_was_sent_is_not_gone_back_to_and_other_refusals_say_nothing_of_it() -> None:
    assert 'href="/staff"' in page("token_required", 401, REQUEST_METHOD="POST")
    assert "/staff" not in page("not_found", 404)


def test_a_service_without_sign_in_shows_no_way_there() -> None:
    shown = problem_page(Refused(Problem(401, "token_required"))).get_data(as_text=True)
    assert "/staff" not in shown and "需要工作人员身份" in shown
