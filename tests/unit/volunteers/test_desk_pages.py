"""The console's pages about persons: found, registered, recorded; no address names anybody."""

from __future__ import annotations

import pytest

from kernel.web import CASEWORKER as CASEWORKERS
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.usecases.people import qualifying, reading
from tests.unit.volunteers.counter import CASEWORKER, CLERK, Counter, said, where
from tests.unit.volunteers.desk import door_of
from tests.unit.volunteers.office import VERSION, Office, card

NEW = {"name": "测试0001", "phone": "139 0000 0001", "document_type": "resident_id",
       "document_number": card("1990-01-01"), "text_version": VERSION, "agree.id_number": "1"}
CHILD = NEW | {"document_number": card("2016-01-01"), "guardian_name": "测试家长",
               "guardian_phone": "13900000099", "guardian_relation": "母亲",
               "guardian_method": "signed_form", "guardian_evidence": "form-1"}
PAPER = {"title": "急救证", "needs": "first-aid", "issued_by": "测试单位", "evidence": "scan-1"}


def register(office: Office, **changes: str) -> object:
    return Counter(office).post("desk_register_order", NEW | changes)


def test_c_35_somebody_registered_at_the_desk_is_led_to_by_a_number_that_says_nothing() -> None:
    office = Office.in_memory()
    page = said(register(office))
    [kept] = office.database["volunteers"].find()
    assert kept["registered_by"] == "reception" and kept["_id"] in page and "口令" in page
    assert said(register(office)) == page
    found = Counter(office).post("find_by_number_page", {"of": kept["_id"]})
    assert where(found) == (303, f"/staff/volunteers/{kept['_id']}")


def test_c_33_c_25_c_27_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() -> None:
    office = Office.in_memory()
    for changes, field, words in (
        ({"name": ""}, "name", "必填"),
        ({"document_number": card("1990-01-01")[:-1] + "9"}, "document_number", "校验码不对"),
        ({"agree.id_number": ""}, "agree.id_number", "须单独同意"),
        ({"document_number": card("2016-01-01")}, "guardian_name", "监护人"),
        ({"guardian_name": "测试家长"}, "guardian_phone", "必填"),
        ({"person_ref": "13900000001"}, "person_ref", "不填姓名"),
        ({"document_type": "passport", "document_number": "E1234567"}, "birth_date", "出生日期"),
    ):
        typed = {name: value for name, value in (NEW | changes).items() if value}
        answer = Counter(office).post("desk_register_order", typed)
        page = said(answer)
        assert where(answer)[0] == 422 and f'href="#{field}"' in page and words in page
        assert "139 0000 0001" in page
    assert office.database["volunteers"].count_documents({}) == 0


def test_c_25_a_child_is_registered_with_the_guardians_consent_and_its_proof() -> None:
    office = Office.in_memory()
    assert "口令" in said(Counter(office).post("desk_register_order", CHILD))
    lines = list(office.database["volunteer_records"].find({"kind": "guardian_consent"}))
    assert [(each["values"]["method"], each["evidence"], each["by"]) for each in lines] == [
        ("signed_form", "form-1", "reception")]


def test_c_35_a_second_registration_leads_to_the_first() -> None:
    office = Office.in_memory()
    register(office)
    answer = register(office, key="form-0002", name="测试0002")
    assert where(answer)[0] == 409 and "已经登记过" in said(answer)


def test_c_28_a_caseworker_finds_by_document_or_by_name_with_telephone_and_it_is_kept() -> None:
    office = Office.in_memory()
    office.known(2)
    number, other = office.new(1, person_ref=None), office.new(2)
    desk = Counter(office, CASEWORKER)
    paper = {"document_type": "resident_id", "document_number": card("1990-01-01", 1)}
    assert where(desk.post("find_by_document_page", paper))[1].endswith(number)
    for who, contact in ((number, "1"), (other, "2")):
        told = {"name": f"测试000{contact}", "phone": f"139 0000 000{contact}"}
        assert where(desk.post("find_by_contact_page", told))[1].endswith(who)
    looks = reading.looks(office.register, number)
    assert {(each.what, each.by) for each in looks} == {("document", "checker"),
                                                        ("contact", "checker")}
    for name, phone in (("测试0001", "13900000002"), ("别人", "13900000001")):
        answer = desk.post("find_by_contact_page", {"name": name, "phone": phone})
        assert where(answer)[0] == 404 and "没有找到" in said(answer)


def test_c_28_only_caseworkers_find_by_who_somebody_is() -> None:
    for door in ("find_by_document_page", "find_by_contact_page", "find_by_contact"):
        assert door_of(door).allow is CASEWORKERS
    page = Counter(Office.in_memory(), CLERK).get("find_page")
    assert "须由个案工作人员" in page and "document_number" not in page


def test_c_30_nobodys_number_gets_into_an_address() -> None:
    office = Office.in_memory()
    for typed in ("13900000001", card("1990-01-01"), "测试0001"):
        answer = Counter(office).post("find_by_number_page", {"of": typed})
        assert where(answer) == (422, "")


def test_c_26_a_paper_counts_once_other_eyes_have_verified_it_on_its_page() -> None:
    office = Office.in_memory()
    number = office.new(1)
    made = Counter(office).post("new_qualification", PAPER, volunteer_no=number)
    assert where(made) == (303, f"/staff/volunteers/{number}?done=paper")
    [paper] = qualifying.papers(office.register, number)
    record = paper.known.record
    own = Counter(office).post("verify_record_page", {"evidence": "看过原件"}, volunteer_no=number,
                               record_id=record.record_id)
    assert where(own)[0] == 403 and "须由其他人" in said(own)
    seen = Counter(office, CASEWORKER).post("verify_record_page", {"evidence": "看过原件"},
                                            volunteer_no=number, record_id=record.record_id)
    assert where(seen) == (303, f"/staff/volunteers/{number}?done=verified")
    page = Counter(office).get("volunteer_page", "done=verified", volunteer_no=number)
    for words in ("急救证", "资格 first-aid", "有效", "已核实", "reception"):
        assert words in page
    assert "测试0001" not in page and "1390000" not in page


@pytest.mark.parametrize(("door", "fields", "kind"), [
    ("new_training", {"title": "急救课", "organiser": "测试单位", "held_on": "2026-05-01",
                      "minutes": "90", "evidence": "签到表 3"}, "training"),
    ("new_honour", {"title": "优秀志愿者", "granted_by": "测试单位", "granted_on": "2026-05-01",
                    "evidence": "文 1"}, "honour"),
    ("new_rating", {"session_id": "s1", "grade": "优秀"}, "rating"),
    ("new_insurance", {"title": "意外险", "issued_by": "测试保险", "reference": "P-1",
                       "valid_until": "2027-01-01", "evidence": "保单"}, "insurance"),
])
def test_c_03_each_kind_is_recorded_apart_from_hours_and_missing_fields_are_named(
    door: str, fields: dict[str, str], kind: str
) -> None:
    office = Office.in_memory()
    number = office.new(1)
    empty = Counter(office).post(door, {"key": "form-0009"}, volunteer_no=number)
    assert where(empty)[0] == 422 and "必填" in said(empty) and "Missing" not in said(empty)
    assert where(Counter(office).post(door, fields, volunteer_no=number))[0] == 303
    [line] = office.database["volunteer_records"].find({"kind": kind})
    assert line["by"] == "reception" and office.database["entries"].count_documents({}) == 0


def test_a_grade_that_is_none_and_days_in_the_wrong_order_are_told_at_their_field() -> None:
    office = Office.in_memory()
    number = office.new(1)
    for changes, field, words in (({"held_on": "1. Mai"}, "held_on", "请填日期"),
                                  ({"minutes": "viel"}, "minutes", "请填整数"),
                                  ({"minutes": "0"}, "minutes", "1 到 100000 分钟")):
        trained = said(Counter(office).post("new_training", changes, volunteer_no=number))
        assert f'href="#{field}">' in trained and words in trained
    rated = Counter(office).post("new_rating", {"session_id": "s1", "grade": "神"},
                                 volunteer_no=number)
    assert where(rated)[0] == 422 and 'href="#grade"' in said(rated)
    days = PAPER | {"valid_from": "2026-05-01", "valid_until": "2026-04-01"}
    paper = Counter(office).post("new_qualification", days, volunteer_no=number)
    assert where(paper)[0] == 422 and 'href="#valid_until"' in said(paper)


def test_c_16_a_record_is_taken_back_with_a_reason_and_both_stay() -> None:
    office = Office.in_memory()
    number = office.new(1)
    record = office.paper(number)
    answer = Counter(office).post("withdraw_record_page", {"reason": "证书系伪造"},
                                  volunteer_no=number, record_id=record)
    assert where(answer) == (303, f"/staff/volunteers/{number}?done=withdrawn")
    page = Counter(office).get("record_page", volunteer_no=number, record_id=record)
    assert "证书系伪造" in page and "核实" in page and "撤销这条记录" not in page


def test_c_28_of_other_records_than_papers_no_more_than_the_kind_is_shown() -> None:
    office = Office.in_memory()
    number = office.new(1)
    Counter(office).post("new_rating", {"session_id": "s1", "grade": "不合格", "note": "迟到"},
                         volunteer_no=number)
    [line] = office.database["volunteer_records"].find({"kind": "rating"})
    page = Counter(office).get("record_page", volunteer_no=number, record_id=line["_id"])
    assert "评价" in page and "迟到" not in page and "不合格" not in page


def test_a_number_that_nobody_has_is_not_found() -> None:
    with pytest.raises(UnknownVolunteer):
        Counter(Office.in_memory()).get("volunteer_page", volunteer_no="1234567890")
