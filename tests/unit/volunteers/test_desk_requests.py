"""Records opened, persons put right, requests decided at the desk: by two persons (C-17, C-28)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import AlreadyDecided, SelfConcerned, SelfMade
from services.volunteers.domain.people.broken import BadField, ProcessingStopped, UnknownRecord
from services.volunteers.usecases.people import amending, owning, reading, retaining
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.recovering import open_recoveries
from tests.unit.volunteers.counter import CASEWORKER, Counter, said, where
from tests.unit.volunteers.office import CHECKER, CLERK, GUARDIAN, RESIDENT, Office, card

WHY = {"reason": "窗口出具记录"}
YES = {"action": "approved", "reason": "核对过原件"}


def asked(office: Office, number: str, *, name: str | None = "测试改名",
          phone: str | None = None) -> str:
    made = amending.ask_amendment(office.register, number, reason="户口本", name=name, phone=phone,
                                  acting=CLERK)
    assert isinstance(made, dict)
    return str(made["request_id"])


def test_c_28_a_record_opens_with_a_reason_and_the_look_is_kept() -> None:
    office = Office.in_memory()
    number, desk = office.new(1), Counter(office, CASEWORKER)
    honour = {"title": "优秀志愿者", "granted_by": "测试单位", "granted_on": "2026-05-01",
              "evidence": "文 1"}
    Counter(office).post("new_honour", honour, volunteer_no=number)
    nothing = desk.post("whole_record_page", {}, volunteer_no=number)
    assert where(nothing)[0] == 422 and reading.looks(office.register, number) == []
    page = said(desk.post("whole_record_page", WHY, volunteer_no=number))
    articles = ["第五条 个人基本信息", "第六条 志愿服务情况", "第七条 培训情况",
                "第八条 表彰奖励情况", "第九条 评价情况"]
    places = [page.index(f"<h2>{each}</h2>") for each in articles]
    assert places == sorted(places) and "优秀志愿者" in page and "139****0001" in page
    assert card("1990-01-01") not in page and "13900000001" not in page
    file = desk.post("record_file_page", WHY, volunteer_no=number, form="csv")
    assert "测试0001" in file.get_data(as_text=True)
    assert {(each.what, each.by, each.reason) for each in reading.looks(office.register, number)} \
        == {("record", "checker", WHY["reason"]), ("csv", "checker", WHY["reason"])}


def test_c_28_a_minors_record_opens_only_after_other_eyes_approved_the_look() -> None:
    office = Office.in_memory()
    number, desk = office.new(1, born="2016-01-01", guardian=GUARDIAN), Counter(office, CASEWORKER)
    closed = desk.post("whole_record_page", WHY, volunteer_no=number)
    assert where(closed)[0] == 403 and "查阅单" in said(closed)
    assert where(desk.post("ask_ticket_page", WHY, volunteer_no=number))[0] == 303
    [ticket] = reading.open_tickets(office.register)
    mine = desk.post("ticket_order", YES, request_id=ticket.request_id)
    assert where(mine)[0] == 403 and "须由其他人审核" in said(mine)
    assert where(Counter(office).post("ticket_order", YES, request_id=ticket.request_id)) == (
        303, "/staff/requests?done=approved")
    page = said(desk.post("whole_record_page", WHY, volunteer_no=number))
    assert "测试0001" in page and "测试家长" not in page
    [look] = reading.looks(office.register, number)
    assert look.ticket == ticket.request_id
    office.clock.advance(timedelta(hours=25))
    late = desk.post("whole_record_page", WHY | {"key": "form-0003"}, volunteer_no=number)
    assert where(late)[0] == 403


def test_c_17_a_name_is_put_right_by_two_persons() -> None:
    office = Office.in_memory()
    number = office.new(1)
    answer = Counter(office).post("amend_order", {"name": "测试改名", "reason": "户口本原件"},
                                  volunteer_no=number)
    assert where(answer) == (303, f"/staff/volunteers/{number}?done=asked")
    assert office.register.opened(number).name == "测试0001"
    [told] = amending.open_amendments(office.register)
    with pytest.raises(SelfMade):
        amending.decide_amendment(office.register, told["request"].request_id, approve=True,
                                  reason="核对过", acting=CLERK)
    id, desk = told["request"].request_id, Counter(office, CASEWORKER)
    page = desk.get("amendment_page", request_id=id)
    assert "测试改名" in page and "测试0001" not in page and "不变" in page
    assert where(desk.post("amendment_order", YES, request_id=id))[0] == 303
    identity = office.register.opened(number)
    assert (identity.name, identity.phone) == ("测试改名", "13900000001")
    with pytest.raises(AlreadyDecided):
        amending.decide_amendment(office.register, id, approve=False, reason="再想想",
                                  acting=CHECKER)
    assert "测试改名" not in office.dump()


def test_c_17_nobody_puts_their_own_name_right_and_a_refusal_changes_nothing() -> None:
    office = Office.in_memory()
    number = office.new(1)
    id = asked(office, number, phone="13900000077")
    with pytest.raises(SelfConcerned):
        amending.decide_amendment(office.register, id, approve=True, reason="核对过",
                                  acting=Acting(actor="checker", person_ref="p1"))
    amending.decide_amendment(office.register, id, approve=False, reason="证明不符", acting=CHECKER)
    assert office.register.opened(number).phone == "13900000001"
    assert amending.open_amendments(office.register) == []


def test_an_amendment_names_what_is_missing_unknown_or_too_late() -> None:
    office = Office.in_memory()
    number = office.new(1)
    with pytest.raises(BadField):
        asked(office, number, name=None)
    empty = Counter(office).post("amend_order", {"reason": "户口本原件"}, volunteer_no=number)
    assert where(empty)[0] == 422 and 'href="#name"' in said(empty)
    with pytest.raises(UnknownRecord):
        amending.amendment(office.register, "nothing")
    id = asked(office, number)
    owning.delete(office.register, number)
    with pytest.raises(ProcessingStopped):
        amending.decide_amendment(office.register, id, approve=True, reason="核对过",
                                  acting=CHECKER)


def test_c_31_requests_of_every_kind_are_forgotten_in_their_time() -> None:
    office = Office.in_memory()
    asked(office, office.new(1))
    office.clock.advance(timedelta(days=91))
    assert "已清理 1 条" in said(Counter(office).post("retention_order", {}))
    assert office.database["volunteer_requests"].count_documents({}) == 0
    assert retaining.reports(office.register)[0]["forgotten"]["requests"] == 1


def test_c_35_the_way_back_is_asked_for_at_the_desk_and_decided_by_somebody_else() -> None:
    office = Office.in_memory()
    number = office.new(1)
    typed = {"name": "测试0001", "phone": "13900000077", "document_type": "resident_id",
             "document_number": card("1990-01-01"), "person_ref": "p-new", "reason": "换了手机号"}
    page = said(Counter(office).post("desk_recover_order", typed))
    assert "已收到找回申请" in page
    [told] = open_recoveries(office.register)
    id, desk = told["request"].request_id, Counter(office, CASEWORKER)
    assert (told["request"].asked_by, told["same_name"]) == ("reception", True)
    lists = desk.get("requests_page")
    assert f"/staff/requests/recoveries/{id}" in lists
    assert id not in Counter(office).get("requests_page")
    assert "姓名与登记一致" in desk.get("recovery_page", request_id=id)
    assert where(desk.post("recovery_order", YES, request_id=id))[0] == 303
    code = page.split("<dt>口令</dt><dd><strong>")[1].split("<")[0]
    assert own(office.register, number, code, RESIDENT).person_refs == ("p1", "p-new")


def test_a_decision_without_a_word_or_a_reason_is_asked_for_again() -> None:
    office = Office.in_memory()
    id = asked(office, office.new(1))
    desk = Counter(office, CASEWORKER)
    page = said(desk.post("amendment_order", {"reason": "核对过"}, request_id=id))
    assert 'href="#action"' in page and 'value="核对过"' in page


def test_c_25_a_guardian_takes_the_consent_back_at_the_desk_and_processing_stops() -> None:
    office = Office.in_memory()
    number = office.new(1, born="2016-01-01", guardian=GUARDIAN)
    answer = Counter(office).post("guardian_order", {"method": "signed_form", "evidence": "form-2"},
                                  volunteer_no=number)
    assert where(answer) == (303, f"/staff/volunteers/{number}?done=stopped")
    assert "已停止处理" in Counter(office).get("volunteer_page", volunteer_no=number)
    with pytest.raises(ProcessingStopped):
        Counter(office).get("amend_page", volunteer_no=number)
