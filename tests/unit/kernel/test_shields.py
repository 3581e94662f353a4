"""What every answer tells the browser: by its kind, and never against what it says itself."""

from __future__ import annotations

import pytest

from kernel.web.shields import NOTHING, PAGE, PAPER, SHIELDS, missing

HERE = {"wsgi.url_scheme": "http"}


def policy_of(kind: str) -> str:
    return dict(missing([("Content-Type", kind)], HERE))["Content-Security-Policy"]


def test_a_page_loads_from_our_own_place_and_has_nothing_inline() -> None:
    assert policy_of("text/html; charset=utf-8") == PAGE
    assert "unsafe" not in PAGE and "default-src 'none'" in PAGE
    assert "script-src 'self';" in PAGE and "frame-ancestors 'none'" in PAGE


@pytest.mark.parametrize("kind", ["text/javascript; charset=utf-8", "application/javascript"])
def test_a_service_worker_may_fetch_what_its_page_may(kind: str) -> None:
    assert policy_of(kind) == PAGE


@pytest.mark.parametrize("kind", ["application/json", "image/svg+xml", "text/csv", "", "text/htm"])
def test_what_is_no_page_loads_nothing(kind: str) -> None:
    assert policy_of(kind) == NOTHING and "default-src 'none'" in NOTHING


def test_a_paper_is_shown_by_the_browser_and_framed_by_nobody() -> None:
    assert policy_of("application/pdf") == PAPER and "frame-ancestors 'none'" in PAPER


def test_what_an_answer_says_itself_stands() -> None:
    own = [("cache-control", "public, max-age=5"), ("X-FRAME-OPTIONS", "SAMEORIGIN")]
    added = {name.lower() for name, _ in missing(own, HERE)}
    assert added == {name.lower() for name in SHIELDS} - {"cache-control", "x-frame-options"} | {
        "content-security-policy"}


@pytest.mark.parametrize(("environ", "is_told"), [
    ({"wsgi.url_scheme": "https"}, True), (HERE, False),
    ({**HERE, "HTTP_X_FORWARDED_PROTO": "https"}, True),
    ({**HERE, "HTTP_X_FORWARDED_PROTO": "https, http"}, True),
    ({"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "http"}, False),
])
def test_a_browser_that_came_by_https_is_told_to_stay(environ: dict[str, str],
                                                      is_told: bool) -> None:
    assert ("Strict-Transport-Security" in dict(missing([], environ))) is is_told
