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


def test_an_id_stays_whole_though_its_digits_look_like_a_telephone_or_an_identity_number() -> None:
    for found in ("a13900000001bc4e89f02d3a5b6c7d8e", "fe11010119900101123bc4e89f02d3a5"):
        assert len(found) == 32 and found in line(f"id={found},next")


def test_no_id_hides_a_number() -> None:
    for text in ("x13900000001", "a13900000001bc4e89f02d3a5b6c7d8ef", "13900000001"):
        assert "13900000001" not in line(text)
    assert "11010119900101123X" not in line("0" * 14 + "a 11010119900101123X")
