"""The rush as a person sees it: prepared, counted down, one tap, whatever the network does."""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Response

from kernel.group_commit import Overloaded
from kernel.mongo import Unavailable
from services.events.domain.broken import UnknownPrepared
from tests.unit.events.browsing import Pages, opened, registration_of, text_of
from tests.unit.events.builders import NOON, Town

OPENS = NOON + timedelta(minutes=10)


def prepared(town: Town, pages: Pages, **order: Any) -> tuple[str, str]:
    """The session's and the prepared party's id."""
    activity_id, fields = opened(town, opens_at=OPENS, **order)
    answer = pages.prepare(activity_id, **fields)
    assert answer.headers["Location"].startswith("/waiting/"), text_of(answer)
    return fields["session"], registration_of(answer)


def waiting(pages: Pages, prepared_id: str) -> str:
    return text_of(pages.waiting_page(pages.call(), prepared_id))


def tap(pages: Pages, prepared_id: str) -> Response:
    answer: Response = pages.turn_page(pages.button(), prepared_id)
    return answer


def test_before_opening_it_counts_down_by_the_servers_clock(town: Town, pages: Pages) -> None:
    _, prepared_id = prepared(town, pages)
    text = waiting(pages, prepared_id)
    assert f'data-opens="{int(OPENS.timestamp() * 1000)}"' in text and "9 分 59 秒" in text
    assert "测试" in text and "139****0001" in text and "已有 1 组准备好" in text
    assert " disabled>" in text and '<noscript><meta http-equiv="refresh" content="15">' in text


def test_a_tap_too_early_changes_nothing(town: Town, pages: Pages) -> None:
    session_id, prepared_id = prepared(town, pages)
    assert tap(pages, prepared_id).headers["Location"] == f"/waiting/{prepared_id}"
    assert town.pool(session_id).taken == 0


def test_from_the_opening_on_one_tap_leads_to_the_registration(town: Town, pages: Pages) -> None:
    session_id, prepared_id = prepared(town, pages, capacity=1)
    town.clock.advance(timedelta(minutes=10))
    town.sign_up(session_id, 9)
    assert " disabled>" not in waiting(pages, prepared_id)
    taps = {registration_of(tap(pages, prepared_id)) for _ in range(3)}
    [registration_id] = taps
    assert "候补第 1 位" in pages.registration(registration_id)
    again = pages.waiting_page(pages.call(), prepared_id)
    assert registration_of(again) == registration_id
    assert town.pool(session_id).waiting == 1


@pytest.mark.parametrize("fault", [Overloaded, Unavailable])
def test_a_busy_service_keeps_the_turn_and_tries_again_by_itself(town: Town, pages: Pages,
                                                                 fault: type[Exception]) -> None:
    session_id, prepared_id = prepared(town, pages)
    town.clock.advance(timedelta(minutes=10))
    line = town.app.lines.of(session_id, lambda orders: [fault() for _ in orders])
    answer = tap(pages, prepared_id)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    text = text_of(answer)
    assert f'content="2;url=/waiting/{prepared_id}/again"' in text and "正在再试" in text
    del line
    gc.collect()  # the line is gone with the last who stood in it
    assert registration_of(pages.turn_again_page(pages.call(), prepared_id))
    assert town.pool(session_id).taken == 1


def test_a_refusal_is_said_with_the_way_on(town: Town, pages: Pages) -> None:
    session_id, prepared_id = prepared(town, pages, capacity=1, has_line=False)
    town.clock.advance(timedelta(minutes=10))
    town.sign_up(session_id, 9)
    answer = tap(pages, prepared_id)
    assert answer.status_code == 409 and "名额已满" in text_of(answer)
    assert "回到活动重新填写" in text_of(answer)


def test_what_is_wrong_is_shown_in_the_form_before_the_rush(town: Town, pages: Pages) -> None:
    activity_id, fields = opened(town, opens_at=OPENS, min_age=6)
    answer = pages.prepare(activity_id, **fields)
    assert answer.status_code == 409 and "需要填写出生日期" in text_of(answer)


def test_after_sign_up_has_ended_there_is_no_button(town: Town, pages: Pages) -> None:
    _, prepared_id = prepared(town, pages, closes_at=OPENS + timedelta(hours=1))
    town.clock.advance(timedelta(hours=2))
    text = waiting(pages, prepared_id)
    assert "报名已截止" in text and 'id="go"' not in text


def test_a_confidential_activity_is_not_named(town: Town, pages: Pages) -> None:
    _, prepared_id = prepared(town, pages, programme="growth-camp", title="成长营一期")
    assert "成长营" not in waiting(pages, prepared_id)


def test_an_unknown_waiting_page_is_refused(pages: Pages) -> None:
    with pytest.raises(UnknownPrepared):
        pages.waiting_page(pages.call(), "nothing")
    with pytest.raises(UnknownPrepared):
        tap(pages, "nothing")
