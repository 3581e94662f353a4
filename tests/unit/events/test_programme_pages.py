"""The staff's programme pages as they are without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.wrappers import Response

from kernel.clock import local_day
from kernel.rights import EVERYTHING, Rights
from kernel.web import Call
from kernel.web.call import read_form
from services.events import programmes
from services.events.domain import broken
from services.events.programmes import load
from services.events.service import Http
from services.events.usecases.programmes import load_programmes
from services.events.web.programme_pages import QUERY, ProgrammePages
from tests.acting import MEMBER, TRUST
from tests.unit.events.builders import Town

OWN_FILES = Path(programmes.__file__).with_name("programmes")


class Staff(ProgrammePages):
    """The page doors without a server around them."""

    def __init__(self, town: Town) -> None:
        self.app, self.pages = town.app, Http.pages

    def see(self, key: str, *, confidential: bool = False, **query: str) -> str:
        """The programme's page as it is read; `first_day` stands for `from`."""
        names = {"from" if name == "first_day" else name: each for name, each in query.items()}
        rights = Rights(staff=True, permissions=TRUST if confidential else EVERYTHING)
        answer: Response = self.programme_page(
            Call({}, query=QUERY.load(names), rights=rights), key
        )
        return answer.get_data(as_text=True)

    def send(self, door: str, *where: str, **typed: str) -> Response:
        """The form as a browser sends it to this door: `redeem.window` is written `window`."""
        schema = next(iter(getattr(ProgrammePages, door).nameko_entrypoints)).form
        names = {f"{schema.prefix}.{name}": value for name, value in typed.items()}
        body = urlencode({f"{schema.prefix}.key": "form-0001", **names})
        call = Call({}, form=read_form(body.encode(), schema), rights=MEMBER)
        answer: Response = getattr(self, door)(call, *where)
        return answer


@pytest.fixture
def town() -> Town:
    town = Town.in_memory()
    load_programmes(town.app, load(OWN_FILES).values())
    return town


@pytest.fixture
def staff(town: Town) -> Staff:
    return Staff(town)


def went_to(answer: Response) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def test_all_programmes_stand_under_their_wings(staff: Staff) -> None:
    text = staff.programmes_page(Call({})).get_data(as_text=True)
    assert len(set(re.findall(r'href="/staff/programmes/([a-z-]+)"', text))) == 25
    assert text.index("强心") < text.index("聚心") < text.index("安心") < text.index("连心")


def test_before_programmes_are_loaded_the_page_says_what_to_do() -> None:
    town = Town.in_memory()
    load_programmes(town.app, [])
    town.database["programmes"].delete_many({})
    text = Staff(town).programmes_page(Call({})).get_data(as_text=True)
    assert "xiangxin programmes load" in text


@pytest.mark.parametrize("key", sorted(load(OWN_FILES)))
def test_every_programme_has_a_page(staff: Staff, key: str) -> None:
    assert load(OWN_FILES)[key].title in staff.see(key)


def test_an_unknown_programme_is_not_found(staff: Staff) -> None:
    with pytest.raises(broken.UnknownProgramme):
        staff.see("nothing")
    with pytest.raises(broken.UnknownProgramme):
        staff.send("redeem_page", "nothing", person_ref="rider-1", window="window-1")


def test_a_benefit_is_granted_and_redeemed(staff: Staff, town: Town) -> None:
    refused = staff.send("redeem_page", "warm-bee", person_ref="rider-1", window="window-1")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409 and 'href="#redeem.person_ref"' in text
    assert 'value="rider-1"' in text and 'value="window-1" selected' in text
    granted = staff.send("grant_page", "warm-bee", person_ref="rider-1", occupation="快递员")
    assert went_to(granted).endswith("?done=granted")
    assert "资格已登记" in staff.see("warm-bee", done="granted")
    for _ in range(2):
        went_to(staff.send("redeem_page", "warm-bee", person_ref="rider-1", window="window-1"))
    text = staff.see("warm-bee")
    assert "今天的核销" in text and "1 次" in text and "大鹏职工食堂窗口" in text
    assert town.told("redemption_recorded")[0].data["street"] == "大鹏"


def test_an_entitlement_is_revoked_by_a_button(staff: Staff, town: Town) -> None:
    staff.send("grant_page", "warm-bee", person_ref="rider-1", occupation="快递员")
    [path] = re.findall(r'action="[^"]*/entitlements/([0-9a-f]+)/revoke"', staff.see("warm-bee"))
    assert went_to(staff.send("revoke_page", "warm-bee", path)).endswith("?done=revoked")
    text = staff.see("warm-bee", person="rider-1")
    assert "已撤销" in text and "/revoke" not in text


def test_a_name_in_the_place_of_a_code_is_refused_and_kept_in_the_field(staff: Staff) -> None:
    for wrong in ("王小明", "13900000001"):
        answer = staff.send("grant_page", "warm-bee", person_ref=wrong, occupation="快递员")
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422 and "不填姓名、手机号或证件号" in text
        assert '<details open>' in text and f'value="{wrong}"' in text


def item_ids(text: str) -> Iterator[str]:
    yield from re.findall(r'/work-items/([0-9a-f]+)"', text)


def test_an_item_is_added_done_with_evidence_and_opened_again(staff: Staff) -> None:
    key = "party-history"
    went_to(staff.send("add_item_page", key, item="读书班", category="学史明理", owner="团委",
                       due_on="2021-08-01"))
    text = staff.see(key)
    [item_id] = set(item_ids(text))
    assert "读书班" in text and "逾期 1 项" in text and "团委" in text
    refused = staff.send("change_item_page", key, item_id, state="done")
    assert refused.status_code == 409
    assert 'href="#state.evidence"' in refused.get_data(as_text=True)
    done = staff.send("change_item_page", key, item_id, state="done", evidence="照片 3 张",
                      by="staff-1")
    assert went_to(done).endswith(f"/work-items/{item_id}?done=finished")
    page = staff.item_page(Call({}, query=QUERY.load({})), key, item_id).get_data(as_text=True)
    assert "照片 3 张" in page and "状态 未办结 → 已办结" in page and "staff-1" in page
    again = staff.send("change_item_page", key, item_id, state="open", reason="照片不清楚")
    assert went_to(again).endswith("?done=reopened")
    page = staff.item_page(Call({}, query=QUERY.load({})), key, item_id).get_data(as_text=True)
    assert "照片不清楚" in page and "状态 已办结 → 未办结" in page


def test_the_work_list_is_filtered_by_the_address(staff: Staff) -> None:
    for name, owner in (("甲项", "团委"), ("乙项", "妇联")):
        staff.send("add_item_page", "party-history", item=name, category="学史明理", owner=owner)
    text = staff.see("party-history", owner="妇联")
    assert "乙项" in text and "甲项" not in text and 'value="妇联" selected' in text
    assert "没有符合条件的事项" in staff.see("party-history", overdue="true")


def test_the_same_text_twice_is_refused_on_the_page(staff: Staff) -> None:
    order = {"item": "读书班", "category": "学史明理", "owner": "团委"}
    went_to(staff.send("add_item_page", "party-history", **order))
    went_to(staff.send("add_item_page", "party-history", **order))  # the same form, sent again
    answer = staff.send("add_item_page", "party-history", **order, by="staff-2")
    assert answer.status_code == 409 and "清单里已经有这一项" in answer.get_data(as_text=True)


def test_a_visit_is_recorded_with_its_goods(staff: Staff, town: Town) -> None:
    went_to(staff.send("visit_page", "hardship-visits", household_ref="hh-1", street="大鹏",
                       day="2021-09-01", goods="大米 2\n 书包×1\n慰问信", visited_by="staff-3"))
    text = staff.see("hardship-visits")
    assert "大米 × 2、书包、慰问信" in text and "1 次，1 户" in text
    assert "没有走访记录" in staff.see("hardship-visits", first_day="2021-09-02")
    assert "household_ref" in town.told("visit_recorded")[0].data


def test_who_may_not_see_what_is_confidential_sees_no_list(staff: Staff, town: Town) -> None:
    secret = replace(load(OWN_FILES)["hardship-visits"], confidential=True)
    load_programmes(town.app, [secret])
    staff.send("visit_page", "hardship-visits", household_ref="hh-1", street="大鹏",
               day="2021-09-01")
    assert "hh-1" not in staff.see("hardship-visits")
    assert "hh-1" in staff.see("hardship-visits", confidential=True)


def test_a_station_is_planned_and_its_days_are_linked(staff: Staff, town: Town) -> None:
    order = {"station": "lawyer-dapeng", "first_day": "2021-09-06", "last_day": "2021-09-12"}
    address = went_to(staff.send("slots_page", "rights-shield", **order))
    assert "planned=2" in address
    text = staff.see("rights-shield", done="planned", planned="2", provisional="1")
    assert "排了 2 天" in text and "还没有公布节假日" in text
    assert text.count('href="/activities/') == 2 and "大鹏律师驻点 9月7日" in text
    assert "planned=0&already=2" in went_to(staff.send("slots_page", "rights-shield", **order))


def test_days_in_the_wrong_order_are_told_at_their_field(staff: Staff) -> None:
    answer = staff.send("slots_page", "rights-shield", station="lawyer-dapeng",
                        first_day="2021-09-12", last_day="2021-09-06")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="slots.last_day-fault"' in text


def test_a_shift_shows_its_posts_and_activities_the_latest_first(staff: Staff, town: Town) -> None:
    town.session(programme="road-angels", title="早高峰")
    text = staff.see("road-angels")
    assert "早高峰" in text and "每班至少 4 人" in text and "志愿服务满 50 小时" in text


def test_new_year_s_morning_is_in_the_new_year(staff: Staff, town: Town) -> None:
    """7:30 on the first of January in Shanghai is still December in UTC."""
    town.session(programme="road-angels", starts_at=datetime(2020, 12, 31, 23, 30, tzinfo=UTC))
    assert "2021年1月1日（周五）07:30" in staff.see("road-angels")


def test_what_is_typed_cannot_bring_its_own_markup(staff: Staff) -> None:
    answer = staff.send("add_item_page", "party-history", item="<script>x</script>")
    assert "<script>x" not in answer.get_data(as_text=True)


def test_days_in_forms_begin_with_today(staff: Staff, town: Town) -> None:
    today: date = local_day(town.clock())
    assert f'value="{today}"' in staff.see("hardship-visits")


def fields_of(text: str) -> list[str]:
    return re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', text)


@pytest.mark.parametrize("key", ["warm-bee", "party-history", "hardship-visits", "calm-station"])
def test_every_field_has_an_id_of_its_own_and_a_label(staff: Staff, key: str) -> None:
    text = staff.see(key)
    ids: list[Any] = fields_of(text)
    assert ids and len(ids) == len(set(ids))
    assert [each for each in ids if f'for="{each}"' not in text] == []
