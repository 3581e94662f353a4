"""What a certificate says and is worth, its number and its code: C-21, C-22, C-23."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.volunteers.domain.certificates import certificate as rules
from services.volunteers.domain.certificates import numbering
from services.volunteers.domain.certificates.broken import AlreadyRevoked, Incomplete, TooLong
from services.volunteers.domain.certificates.certificate import (
    Certificate,
    Credit,
    Holder,
    Order,
    Revocation,
)
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.certifying import ISSUER, NAME, credit

DIGEST = "0123456789abcdef" * 4
NOW = at("12:00", "2026-11-26")


def certificate(*credits: Credit, order: Order | None = None, **more: Any) -> Certificate:
    said = {"serial": "ZM2026-000001-7", "most": 1000, "holder": Holder(name=NAME),
            "issuer": ISSUER, **more}
    return rules.issued(order or Order(person_ref="p1"), effective=credits, at=NOW, **said)


def refused(*credits: Credit, **more: Any) -> set[str]:
    with pytest.raises(Incomplete) as found:
        certificate(*credits, **more)
    return set(found.value.errors)


def test_c_02_hours_are_rounded_once_after_summing() -> None:
    assert certificate(*(credit(f"s{n}", 50) for n in range(3))).hours == 2.5


def test_c_21_nothing_is_issued_without_time_content_and_recording_unit() -> None:
    assert refused() == {"service_time"}
    assert refused(credit(title=None)) == {"service_content"}
    assert refused(credit(), issuer=replace(ISSUER, recording_unit="")) == {"recording_unit"}
    assert refused(credit(), issuer=replace(ISSUER, name="", contact="")) == {
        "issuer", "issuer_contact"}
    assert refused(credit(), holder=Holder(name="")) == {"name"}


def test_c_21_all_that_is_missing_is_said_at_once_in_words() -> None:
    with pytest.raises(Incomplete, match=r"服务时间.*记录单位"):
        certificate(issuer=replace(ISSUER, recording_unit=""))


def test_c_21_what_another_unit_recorded_and_what_is_worth_nothing_is_left_out() -> None:
    made = certificate(credit("s1", 90), credit("s2", 60, basis="import"), credit("s3", 0))
    assert [each.session_id for each in made.credits] == ["s1"]
    assert refused(credit(basis="import")) == {"service_time"}


def test_more_lines_than_a_paper_may_have_are_refused() -> None:
    with pytest.raises(TooLong, match="最多 1 条"):
        certificate(credit("s1"), credit("s2"), most=1)


def test_a_confidential_activity_needs_no_title() -> None:
    assert certificate(credit(title=None, confidential=True)).minutes == 90


def test_a_range_never_ends_in_the_future() -> None:
    order = Order(person_ref="p1", last=at("00:00", "2027-01-01").date())
    assert certificate(credit(), order=order).last == NOW.date()


def test_c_23_other_minutes_of_a_certified_session_supersede() -> None:
    made = certificate(credit("s1", 90), credit("s2", 60))
    assert rules.status_of(made, [credit("s2", 60), credit("s1", 90)]) == "valid"
    assert rules.status_of(made, [credit("s1", 89), credit("s2", 60)]) == "superseded"
    assert rules.status_of(made, [credit("s1", 90)]) == "superseded"


def test_c_23_the_same_sum_made_of_other_sessions_supersedes() -> None:
    made = certificate(credit("s1", 90), credit("s2", 60))
    assert rules.status_of(made, [credit("s1", 60), credit("s2", 90)]) == "superseded"


def test_c_23_a_reversal_that_is_entered_again_with_the_same_minutes_changes_nothing() -> None:
    made = certificate(credit("s1", 90))
    assert rules.status_of(made, [credit("s1", 40), credit("s1", 50)]) == "valid"


def test_c_23_a_supplement_within_the_range_supersedes_and_later_service_does_not() -> None:
    made = certificate(credit("s1", 90))
    supplement = credit("s2", 60, day="2026-10-01", basis="supplement")
    running = credit("s3", 60, day="2026-11-26", start="11:00", end="13:00")
    assert rules.status_of(made, [credit("s1", 90), supplement]) == "superseded"
    assert rules.status_of(made, [credit("s1", 90), running]) == "valid"


def test_a_revoked_one_stays_revoked_whatever_the_ledger_says() -> None:
    made = certificate(credit())
    gone = rules.revoked(made, Revocation(at=NOW, by="staff", reason="冒名"))
    assert rules.status_of(gone, []) == "revoked"
    with pytest.raises(AlreadyRevoked):
        rules.revoked(gone, Revocation(at=NOW, by="staff", reason="再次"))


@pytest.mark.parametrize(("name", "shown"), [
    ("王明", "王*"), ("王小明", "王**"), ("欧阳小小明", "欧***"), ("A", "A*"),
    ("阿依古丽·买买提", "阿***"),
])
def test_c_22_of_a_name_only_the_first_character_is_shown(name: str, shown: str) -> None:
    assert rules.masked(name) == shown


def test_names_are_the_same_whatever_their_spaces_and_dots() -> None:
    assert rules.same_name("阿依古丽·买买提", "阿依古丽 买买提")
    assert rules.same_name("Anna Li", "ANNA  LI")
    assert not rules.same_name("测试甲", "测试乙")


@given(year=st.integers(2020, 2199), number=st.integers(1, 10**9), place=st.integers(0, 30),
       digit=st.integers(1, 9))
def test_c_22_one_changed_digit_of_a_serial_is_found(year: int, number: int, place: int,
                                                     digit: int) -> None:
    serial = numbering.serial_of(year, number)
    digits = [at for at, letter in enumerate(serial) if letter.isdigit()]
    at = digits[place % len(digits)]
    changed = f"{serial[:at]}{(int(serial[at]) + digit) % 10}{serial[at + 1:]}"
    assert numbering.read_serial(serial) == serial
    assert numbering.read_serial(changed) is None


@pytest.mark.parametrize("typed", [
    "ZM2026-000123-7", "zm2026 000123 7", "ＺＭ２０２６－０００１２３－７", "2026-000123-7",
])
def test_a_serial_may_be_typed_anyhow(typed: str) -> None:
    assert numbering.read_serial(typed) == "ZM2026-000123-7"


@pytest.mark.parametrize("typed", ["", "ZM", "ZM2026-123-7", "XX2026-000123-7", "一二三"])
def test_what_is_no_serial_is_none(typed: str) -> None:
    assert numbering.read_serial(typed) is None


def test_c_22_a_code_has_a_hundred_bits_in_letters_that_are_not_mistaken() -> None:
    code = numbering.code_of(DIGEST)
    letters = code.replace("-", "")
    assert len(letters) * 5 == 100
    assert not set(letters) & set("ILOU")
    assert numbering.read_code(code.lower().replace("-", " ").replace("0", "o")) == code
