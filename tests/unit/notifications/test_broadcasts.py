"""Broadcasts: whom they reach, who may let them go, and that each person gets one (N-1, C-17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.acting import Acting
from kernel.clock import FixedClock
from services.notifications.domain.broadcast import Terms
from services.notifications.domain.broken import (
    AlreadyDecided,
    BadWords,
    CaseworkersOnly,
    NobodyThere,
    SelfMade,
    UnknownActivity,
    UnknownBroadcast,
)
from services.notifications.domain.consent import Inbound
from services.notifications.usecases import broadcasting, showing
from services.notifications.usecases.application import App
from services.notifications.usecases.audience import know_audience
from services.notifications.usecases.broadcasting import approve, draft, refuse, stop, tried
from services.notifications.usecases.carrying import carry_on
from services.notifications.usecases.consenting import keep_consents
from services.notifications.usecases.inbound import take
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.broadcasts import (
    CARE,
    LI,
    WANG,
    ZHAO,
    another,
    approved,
    drafted,
    number,
    order,
    signed_up,
)
from tests.unit.notifications.builders import (
    NOW,
    Told,
    cancelled,
    confirmed,
    contact,
    memory_app,
    moved,
    session,
    states,
    told,
    waitlisted,
)
from tests.unit.notifications.test_optout import agreed


def provider(app: App) -> Told:
    [only] = app.routes.by_name.values()
    assert isinstance(only, Told)
    return only


def stands(app: App, id: str) -> str:
    return showing.one_broadcast(app, id).standing


def test_a_trial_counts_people_once_those_without_number_and_all_segments() -> None:
    app = memory_app()
    signed_up(app, ["p1", "p2"])
    know_audience(app, [told(confirmed("party", "p2", "p3", "p4"))])
    trial = tried(app, order(text="长" * 70), by=LI)
    assert (trial.signups, trial.people, trial.no_number, trial.reached) == (3, 4, 2, 2)
    [example] = trial.examples
    assert (example.segments, example.people, trial.segments) == (2, 2, 4)
    assert states(app) == []


@pytest.mark.parametrize(("groups", "people"), [
    (("confirmed",), 1), (("waiting",), 1), (("confirmed", "waiting"), 2), (("pending",), 0),
])
def test_the_audience_is_those_chosen_by_how_their_sign_up_stands(
    groups: Any, people: int
) -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    in_line = waitlisted("r9", who="p2")
    know_audience(app, [told(in_line), told(confirmed("gone", "p3"), 1),
                        told(cancelled("gone"), 2)])
    keep_contacts(app, [told(contact("p3"))])
    there = broadcasting.audience_of(app, "a1", None, groups)
    assert len(there.people) == people


def test_what_is_heard_late_does_not_undo_what_came_after() -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    know_audience(app, [told(cancelled("r-p1"), 3)])
    know_audience(app, [told(confirmed("r-p1", "p1"), 1)])
    assert not broadcasting.audience_of(app, "a1", None, ("confirmed",)).people


def test_a_person_of_two_sessions_is_told_of_the_next_one() -> None:
    app = memory_app()
    later = another(session(), "s2", timedelta(days=5))
    past = another(session(), "s3", -timedelta(days=1))
    signed_up(app, ["p1"], where=later)
    know_audience(app, [told(confirmed("past", "p1", where=past)), told(confirmed("r1", "p1"))])
    there = broadcasting.audience_of(app, "a1", None, ("confirmed",))
    assert there.session_of("p1").session_id == "s1"
    [only] = broadcasting.audience_of(app, "a1", "s2", ("confirmed",)).people.values()
    assert only.session_id == "s2"


@pytest.mark.parametrize(("changes", "field"), [
    ({"text": ""}, "text"), ({"text": "看www.example.com"}, "text"), ({"text": "【别人】"}, "text"),
    ({"text": "两\n行"}, "text"), ({"text": "{姓名}你好"}, "text"), ({"text": "少一半}"}, "text"),
    ({"text": "满" * 497}, "text"), ({"text": "", "choice": "look"}, "choice"),
])
def test_n_21_words_that_may_not_be_said_are_refused_before_a_draft_is_kept(
    changes: dict[str, Any], field: str
) -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    with pytest.raises(BadWords) as refused:
        draft(app, order(**changes), by=LI)
    assert list(refused.value.errors) == [field]
    assert app.transactions.database["broadcasts"].count_documents({}) == 0


def test_of_an_unknown_activity_or_with_nobody_to_reach_nothing_is_drafted() -> None:
    app = memory_app()
    with pytest.raises(UnknownActivity):
        drafted(app)
    signed_up(app, ["p1"], numbered=False)
    with pytest.raises(NobodyThere):
        drafted(app)
    with pytest.raises(UnknownActivity):
        drafted(app, session_id="s9")
    with pytest.raises(UnknownBroadcast):
        approve(app, "none", by=WANG)


@pytest.mark.parametrize("checker", [LI, Acting(actor="li2", person_ref="p-li")])
def test_c_17_who_drafted_it_decides_nothing_about_it(checker: Acting) -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    id = drafted(app)
    with pytest.raises(SelfMade):
        approve(app, id, by=checker)
    with pytest.raises(SelfMade):
        refuse(app, id, "自己", by=checker)
    assert stands(app, id) == "draft" and carry_on(app) == 0


@pytest.mark.parametrize(("changes", "field"), [
    ({"text": "周三见"}, "text"), ({"choice": None}, "choice"),
    ({"kind": "marketing", "choice": "look"}, "kind"),
])
def test_of_a_confidential_activity_only_a_chosen_sentence_may_be_said(
    changes: dict[str, Any], field: str
) -> None:
    app = memory_app()
    signed_up(app, ["p1"], where=session(confidential=True))
    with pytest.raises(CaseworkersOnly):
        drafted(app, text="", choice="look")
    with pytest.raises(BadWords) as refused:
        drafted(app, by=CARE, **{"text": "", **changes})
    assert list(refused.value.errors) == [field]
    id = drafted(app, by=CARE, text="", choice="look")
    with pytest.raises(CaseworkersOnly):
        approve(app, id, by=WANG)
    approve(app, id, by=ZHAO)
    assert carry_on(app) == 1 and send_due(app) == 1
    [given] = provider(app).given
    assert given.text.endswith("有新的通知，请打开预约页面查看。") and "青年" not in given.text


def test_n_1_each_person_gets_it_once_however_often_it_is_carried_on() -> None:
    app = memory_app()
    signed_up(app, [f"p{place}" for place in range(5)])
    know_audience(app, [told(confirmed("party", "p1", "p2"))])
    id = approved(app)
    assert carry_on(app) == 1 and carry_on(app) == 0
    send_due(app)
    assert len({one.number for one in provider(app).given}) == len(provider(app).given) == 5
    assert "《青年之夜》9月3日（周四）12:00照常举行" in provider(app).given[0].text
    assert (stands(app, id), showing.one_broadcast(app, id).messages) == (
        "queued", {"submitted": 5})


def test_stopped_half_way_the_rest_is_suppressed_and_what_left_stays_sent() -> None:
    app = memory_app()
    app = replace(app, pace=replace(app.pace, at_once=2))
    signed_up(app, [f"p{place}" for place in range(5)])
    id = approved(app)
    carry_on(app)
    send_due(app)
    stop(app, id, "写错了时间", by=LI)
    carry_on(app)
    assert send_due(app) == 0
    assert showing.one_broadcast(app, id).messages == {"submitted": 2, "suppressed": 3}
    with pytest.raises(AlreadyDecided):
        stop(app, id, "再停", by=LI)


def test_one_that_is_in_a_call_when_it_is_stopped_is_not_tried_again() -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    id = approved(app)
    carry_on(app)
    documents = app.transactions.database["messages"]
    documents.update_one({}, {"$set": {"state": "sending"}})
    stop(app, id, "停", by=WANG)
    assert carry_on(app) == 1 and carry_on(app) == 1
    documents.update_one({}, {"$set": {"state": "queued"}})
    carry_on(app)
    assert carry_on(app) == 0 and states(app) == [("notice", "suppressed")]


def test_refused_and_expired_drafts_are_over() -> None:
    clock = FixedClock(NOW)
    app = replace(memory_app(clock=clock), terms=Terms(approval_within=timedelta(hours=1)))
    signed_up(app, ["p1"])
    no, late = drafted(app), drafted(app)
    refuse(app, no, "内容不清楚", by=WANG)
    clock.advance(timedelta(hours=1))
    assert (stands(app, no), stands(app, late)) == ("refused", "expired")
    for id in (no, late):
        with pytest.raises(AlreadyDecided):
            approve(app, id, by=WANG)
        with pytest.raises(AlreadyDecided):
            stop(app, id, "停", by=WANG)
    assert showing.one_broadcast(app, no).broadcast.decided is not None
    assert carry_on(app) == 0


def test_n_18_a_broadcast_waits_for_the_morning() -> None:
    clock = FixedClock(NOW + timedelta(hours=10))  # 22:00
    app = memory_app(clock=clock)
    signed_up(app, ["p1"], where=session(timedelta(days=4)))
    approved(app)
    carry_on(app)
    assert send_due(app) == 0
    clock.advance(timedelta(hours=12))
    assert send_due(app) == 1


def test_n_15_who_cancelled_meanwhile_is_not_told_and_a_moved_session_is_told_as_it_is() -> None:
    app = memory_app()
    signed_up(app, ["p1", "p2"], where=session(timedelta(days=2)))
    approved(app)
    carry_on(app)
    write_messages(app, [told(cancelled("r-p1"), 2),
                         told(moved(timedelta(days=3), "r-p2", "p2"), 2)])
    while send_due(app):
        pass
    notices = [one.text for one in provider(app).given if "照常举行" in one.text]
    assert len(notices) == 1 and "9月4日" in notices[0]
    assert ("notice", "suppressed") in states(app)


def test_a_broadcast_makes_no_other_message_stale() -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    write_messages(app, [told(confirmed("r-p1", "p1"))])
    approved(app)
    carry_on(app)
    while send_due(app):
        pass
    assert sorted(states(app)) == [("confirmed", "submitted"), ("notice", "submitted")]


def test_c_39_of_no_use_any_more_it_expires() -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    signed_up(app, ["p1"], where=session(timedelta(hours=1)))
    approved(app)
    clock.advance(timedelta(hours=4))
    carry_on(app)
    assert states(app) == [("notice", "expired")]


def test_n_19_promotion_reaches_who_agreed_and_a_notice_not_who_opted_out() -> None:
    app = memory_app()
    signed_up(app, ["p1", "p2", "p3"])
    keep_consents(app, [told(agreed(True, "p1")), told(agreed(True, "p2"))])
    take(app, [Inbound(provider="kannel", sequence_id="1", number=number(1), text="退订")])
    trial = tried(app, order(kind="marketing"), by=LI)
    assert (trial.reached, trial.opted_out, trial.no_consent) == (1, 1, 1)
    assert trial.examples[0].text.endswith("拒收请回复R")
    assert (tried(app, order(), by=LI).reached, tried(app, order(), by=LI).opted_out) == (2, 1)
    id = approved(app, kind="marketing")
    carry_on(app)
    while send_due(app):
        pass
    assert showing.one_broadcast(app, id).messages == {"submitted": 1, "suppressed": 2}


def test_a_family_with_one_number_is_told_once() -> None:
    app = memory_app()
    signed_up(app, ["p1", "p2"])
    keep_contacts(app, [told(contact("p2", number(0)), 2)])
    trial = tried(app, order(), by=LI)
    assert (trial.reached, trial.same_number) == (1, 1)
    id = approved(app)
    carry_on(app)
    while send_due(app):
        pass
    assert len(provider(app).given) == 1
    assert showing.one_broadcast(app, id).messages == {"submitted": 1, "suppressed": 1}


def test_the_list_shows_the_latest_first() -> None:
    app = memory_app()
    signed_up(app, ["p1"])
    first, second = drafted(app), drafted(app)
    page = showing.broadcasts(app, page=1)
    assert {each.broadcast.broadcast_id for each in page.items} == {first, second}
    assert not page.more and {each.shown for each in page.items} == {"待审"}
