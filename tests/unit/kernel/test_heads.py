"""The head of a request: what is read and what is no HTTP."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.web.heads import BadHead, Heads, read_heads, read_line

BLANKS = " \t"


def heads(text: bytes) -> Heads:
    return read_heads(BytesIO(text))


def test_a_request_line_has_three_parts() -> None:
    assert read_line(b"GET /a?b=c HTTP/1.1\r\n") == ("GET", "/a?b=c", "HTTP/1.1")


@pytest.mark.parametrize(
    "line",
    [b"", b"GET /\r\n", b"GET  / HTTP/1.1\r\n", b"GET / HTTP/1.1 \r\n", b"GET / HTTP/3.0\r\n",
     b"GET http://x/ HTTP/1.1\r\n", b"G\x00T / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nX"],
)
def test_other_lines_are_refused(line: bytes) -> None:
    with pytest.raises(BadHead):
        read_line(line)


def test_fields_are_found_whatever_their_case_and_lose_their_blanks() -> None:
    found = heads(b"Content-Type: \t text/plain \r\nX: \r\n\r\n")
    assert found.get("content-TYPE") == "text/plain"
    assert found.get("x") == "" and found.get("y", "none") == "none"


@pytest.mark.parametrize(
    "text",
    [b"X y\r\n\r\n", b"X : y\r\n\r\n", b" X: y\r\n\r\n", b"X: a\r\n b\r\n\r\n", b"X: a\rb\r\n\r\n",
     b"X: a\x00\r\n\r\n", b": y\r\n\r\n", b"X: y", b""],
)
def test_what_is_no_field_is_refused(text: bytes) -> None:
    with pytest.raises(BadHead):
        heads(text)


@pytest.mark.parametrize("name", [b"Content-Length", b"host", b"Authorization"])
def test_what_may_stand_once_may_not_stand_twice(name: bytes) -> None:
    with pytest.raises(BadHead):
        heads(name + b": 1\r\n" + name.upper() + b": 1\r\n\r\n")


def test_other_fields_may_be_repeated() -> None:
    assert heads(b"Accept: a\r\nAccept: b\r\n\r\n").get("accept") == "a"


@given(st.binary(max_size=200))
def test_whatever_comes_is_either_read_or_refused(text: bytes) -> None:
    for read in (heads, read_line):
        try:
            read(text)
        except BadHead:
            continue


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")))
def test_a_value_comes_back_as_it_was_sent(value: str) -> None:
    assert heads(b"X: " + value.encode("latin-1") + b"\r\n\r\n").get("x") == value.strip(BLANKS)
