"""Pages of broadcasts: what they refuse, what they keep of the form, who sees what (C-17)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifications.domain.broadcast import CHOICES
from services.notifications.usecases.carrying import carry_on
from tests.unit.notifications.broadcasts import drafted, signed_up
from tests.unit.notifications.builders import memory_app, session
from tests.unit.notifications.desk import CARE, WANG, Desk

FORM = {"where": "a1", "kind": "notice", "confirmed": "1", "text": "照常举行"}


@pytest.mark.parametrize(("changes", "said"), [
    ({"where": ""}, "必填"), ({"confirmed": ""}, "请至少选一种人"), ({"text": ""}, "请写内容"),
    ({"text": "{姓名}你好"}, "花括号里只能是"), ({"where": "a9"}, "没有这个活动"),
    ({"confirmed": "", "pending": "1", "action": "draft"}, "没有一个能收到"),
])
def test_a_form_with_a_fault_says_which_and_keeps_what_was_typed(
    changes: dict[str, str], said: str
) -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    answer = Desk(app).send("new_broadcast_order", **{**FORM, **changes})
    shown = answer.get_data(as_text=True)
    assert answer.status_code >= 400 and said in shown
    assert {**FORM, **changes}["text"].replace("{", "{") in shown


def test_a_broadcast_goes_its_way_over_the_pages() -> None:
    app = memory_app()
    signed_up(app, ["p1", "p2"])
    maker, checker = Desk(app), Desk(app, WANG)
    assert "2 <span" in maker.send("new_broadcast_order", **FORM).get_data(as_text=True)
    made = maker.send("new_broadcast_order", **FORM, action="draft").headers["Location"]
    id = made.split("/")[-1].partition("?")[0]
    assert maker.send("broadcast_order", id, action="approve").status_code == 403
    assert checker.send("broadcast_order", id, action="refuse").status_code == 422
    assert checker.send("broadcast_order", id, action="approve").status_code == 303
    carry_on(app)
    assert "已排队" in maker.show("broadcast_page", id)
    assert "照常举行" in maker.show("broadcasts_page")
    assert maker.send("broadcast_order", id, action="stop", reason="错了").status_code == 303
    assert "已停止" in maker.show("broadcast_page", id)


def test_confidential_activities_are_shown_and_written_to_by_caseworkers_only() -> None:
    app = memory_app()
    signed_up(app, ["p1"], where=session(timedelta(days=1), confidential=True))
    assert "保密活动" not in Desk(app).show("new_broadcast_page")
    assert "保密活动" in Desk(app, CARE).show("new_broadcast_page")
    form = {**FORM, "text": "", "choice": "look"}
    assert Desk(app).send("new_broadcast_order", **form).status_code == 403
    assert CHOICES["look"] in Desk(app, CARE).send(
        "new_broadcast_order", **form).get_data(as_text=True)


def test_a_draft_shows_whom_it_would_reach_now() -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    id = drafted(app)
    signed_up(app, ["p1", "p2"])
    assert "2 <span" in Desk(app, WANG).show("broadcast_page", id)
