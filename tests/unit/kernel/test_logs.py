"""Log lines: one per record, without the end of telephone and identity numbers."""

from __future__ import annotations

import logging

from kernel.logs import OneLine


def line(message: str) -> str:
    record = logging.LogRecord("unit", logging.INFO, "", 0, message, None, None)
    return OneLine("%(levelname)s %(message)s").format(record)


def test_a_record_is_one_line_whatever_it_holds() -> None:
    assert line("a\nINFO forged\r\n\n  b") == "INFO a | INFO forged |   b"


def test_numbers_of_people_lose_their_end() -> None:
    assert line("phone 13900000001 refused") == "INFO phone 139*** refused"
    assert line("'11010119900101123X'") == "INFO '110101***'"


def test_other_numbers_stay() -> None:
    for number in ("1390000000", "139000000012", "1638316800000", "20210930"):
        assert number in line(f"n={number}")
