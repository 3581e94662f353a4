"""Issuing, verifying and revoking on a database in memory: C-21, C-22, C-23."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kernel.transaction import KeyReused
from services.volunteers.domain.broken import TooManyTries
from services.volunteers.domain.certificates.broken import (
    AlreadyRevoked,
    Incomplete,
    NotPrintable,
    NotTheHolder,
    UnknownCertificate,
)
from services.volunteers.domain.certificates.certificate import Issuer
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Limits
from services.volunteers.usecases.people.owning import delete
from services.volunteers.usecases.people.registering import register_volunteer
from tests.unit.volunteers.certifying import (
    ISSUER,
    MISSING,
    NAME,
    RESIDENT,
    STAFF,
    Office,
    credit,
    later,
    office,
)
from tests.unit.volunteers.office import CLERK, application, card


@pytest.fixture
def made() -> Office:
    return office()


def test_c_21_a_certificate_has_number_date_unit_contact_and_is_told_without_a_name(
    made: Office,
) -> None:
    serial = made.issue()
    assert re.fullmatch(r"ZM2026-000001-\d", serial)
    said = issuing.pdf_of(made.app, serial).decode()
    for words in (NAME, "2026年11月26日", ISSUER.recording_unit, ISSUER.contact, "1.5 小时",
                  "马路天使", serial, made.app.code(serial), "无偿"):
        assert words in said
    assert made.told() == ["volunteers.certificate_issued.v1"]


def test_c_21_what_is_incomplete_is_refused_and_leaves_no_trace() -> None:
    made = office(issuer=Issuer(name="测试区", contact="0755-00000000"))
    with pytest.raises(Incomplete, match="记录单位"):
        made.issue()
    assert (made.counted(), made.told()) == (0, [])


def test_numbers_have_no_gap_after_a_refusal(made: Office) -> None:
    first = made.issue()
    with pytest.raises(Incomplete):
        made.issue("nobody", by=STAFF)
    assert [first[:14], made.issue()[:14]] == ["ZM2026-000001-", "ZM2026-000002-"]


def test_what_cannot_be_printed_is_not_issued(made: Office) -> None:
    made.know("p2", f"测试{MISSING}")
    made.ledger.lines["p2"] = [credit()]
    with pytest.raises(NotPrintable, match=MISSING):
        made.issue("p2", name=f"测试{MISSING}")
    assert made.counted() == 0


def test_the_same_key_gives_the_same_certificate_and_another_order_is_refused(
    made: Office,
) -> None:
    serial = made.issue(key="k1")
    assert made.issue(key="k1") == serial
    assert made.counted() == 1
    with pytest.raises(KeyReused):
        made.issue(key="k1", purpose="升学")


def test_a_reprint_is_the_same_to_the_byte_also_after_a_correction(made: Office) -> None:
    serial = made.issue()
    first = issuing.pdf_of(made.app, serial)
    made.ledger.correct("s1", 10)
    later(made, days=3)
    assert issuing.pdf_of(made.app, serial) == first


def test_who_is_not_staff_shows_to_know_the_name_and_learns_nothing_by_guessing(
    made: Office,
) -> None:
    with pytest.raises(Incomplete) as missing:
        made.issue(name=None)
    assert list(missing.value.errors) == ["name"]
    said = set()
    for who, name in (("p1", "测试乙"), ("nobody", "测试乙")):
        with pytest.raises(NotTheHolder) as wrong:
            made.issue(who, name=name)
        said.add(str(wrong.value))
    assert len(said) == 1


def test_too_many_wrong_names_shut_out_the_right_one_too_until_later(made: Office) -> None:
    for _ in range(5):
        with pytest.raises(NotTheHolder):
            made.issue(name="测试乙")
    with pytest.raises(TooManyTries):
        made.issue()
    made.issue(by=replace(RESIDENT, address="203.0.113.10"))
    later(made, minutes=11)
    made.issue()


def test_staff_need_no_name_and_may_name_whom_nobody_heard_of(made: Office) -> None:
    made.ledger.lines["p2"] = [credit()]
    made.issue(name=None, by=STAFF)
    serial = made.issue("p2", name="测试丙", by=STAFF)
    assert made.verify(serial).name_masked == "测**"
    with pytest.raises(NotTheHolder):
        made.issue(name="测试丙", by=STAFF)


def test_c_22_a_stranger_learns_four_things(made: Office) -> None:
    found = made.verify(made.issue())
    assert vars(found) == {"status": "valid", "name_masked": "测**", "hours": 1.5,
                           "issuer": ISSUER.name}


def test_c_22_neither_name_nor_code_is_kept_in_the_open(made: Office) -> None:
    serial = made.issue(purpose="升学材料", key="k1")
    for collection in ("certificates", "answers", "outbox", "names"):
        kept = repr(list(made.app.transactions.database[collection].find()))
        for secret in (NAME, made.app.code(serial), "升学材料"):
            assert secret not in kept


def test_c_22_unknown_and_wrong_are_the_same(made: Office) -> None:
    serial = made.issue()
    code = made.app.code(serial)
    other = made.issue()
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for asked in ((serial, wrong), (other, code), ("ZM2026-000009-0", code), ("", code),
                  (serial[:-1] + str((int(serial[-1]) + 1) % 10), code)):
        with pytest.raises(UnknownCertificate, match="没有找到"):
            made.verify(*asked)


def test_c_22_wrong_codes_shut_an_address_and_right_ones_never_do() -> None:
    made = office(limits=Limits(wrong_checks=3))
    serial = made.issue()
    for _ in range(50):
        made.verify(serial)
    for _ in range(3):
        with pytest.raises(UnknownCertificate):
            made.verify(serial, "WRONG")
    with pytest.raises(TooManyTries) as shut:
        made.verify(serial)
    assert 0 < shut.value.seconds <= 600
    made.verify(serial, by=replace(RESIDENT, address="203.0.113.10"))
    made.verify(serial, by=STAFF)


def test_c_22_a_flood_from_one_address_waits() -> None:
    made = office(limits=Limits(checks_per_address=5))
    serial = made.issue()
    for _ in range(5):
        made.verify(serial)
    with pytest.raises(TooManyTries):
        made.verify(serial)
    later(made, minutes=2)
    made.verify(serial)


def test_c_23_a_correction_supersedes_without_anybody_doing_anything(made: Office) -> None:
    made.ledger.lines["p1"].append(credit("s2", 60, day="2026-10-01"))
    september = made.issue(last=credit().starts_at.date())
    all_of_it = made.issue()
    made.ledger.correct("s2", 30)
    assert [made.verify(each).status for each in (september, all_of_it)] == ["valid", "superseded"]
    assert made.verify(all_of_it).hours == 2.5
    assert made.verify(made.issue()).status == "valid"


def test_staff_revoke_with_a_reason_and_both_are_kept(made: Office) -> None:
    serial = made.issue()
    verifying.revoke(made.app, serial, "冒名领取", by=STAFF)
    assert made.verify(serial).status == "revoked"
    [(kept, status)] = verifying.list_of(made.app, "p1")
    assert kept.revocation and status == "revoked"
    assert (kept.revocation.by, kept.revocation.reason) == ("staff", "冒名领取")
    assert made.told()[-1] == "volunteers.certificate_revoked.v1"
    with pytest.raises(AlreadyRevoked):
        verifying.revoke(made.app, serial, "再次", by=STAFF)
    with pytest.raises(UnknownCertificate):
        verifying.revoke(made.app, "ZM2026-000009-9", "没有", by=STAFF)


def test_a_registered_volunteer_stands_with_type_and_masked_number_of_the_document() -> None:
    made = office()
    register_volunteer(made.register, application(), acting=CLERK)
    made.issue(name="测试0001")
    said = repr(made.press.sheets[-1].facts)
    number = card("1990-01-01")
    assert f"居民身份证 44{'*' * 14}{number[-2:]}" in said
    assert number not in said


def test_c_29_who_is_deleted_stays_masked_on_papers_and_gets_no_new_ones() -> None:
    made = office()
    made.know("p1", "测试0001")
    number = register_volunteer(made.register, application(), acting=CLERK)["volunteer_no"]
    serial = made.issue(name="测试0001", purpose="升学")
    delete(made.register, str(number))
    assert made.verify(serial).status == "valid"
    assert made.verify(serial).name_masked == "测***"
    said = issuing.pdf_of(made.app, serial).decode()
    assert "测***" in said and "测试0001" not in said and "居民身份证" not in said
    with pytest.raises(NotTheHolder):
        made.issue(name="测试0001")


def test_c_28_staff_are_not_told_a_minor_s_name_and_who_issued_is_kept() -> None:
    made = office()
    register_volunteer(made.register, application(born="2010-01-01"), acting=CLERK)
    with pytest.raises(Incomplete, match="未成年人"):
        made.issue(name=None, by=STAFF)
    made.issue(name="测试0001", by=STAFF)
    [(kept, _)] = verifying.list_of(made.app, "p1")
    assert kept.issued_by == "staff"
