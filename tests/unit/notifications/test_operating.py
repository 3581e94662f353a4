"""What staff may do about a message: safely, with a reason, written down (N-4, N-25 … N-27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from kernel.clock import FixedClock
from kernel.topology import FLOWS
from services.notifications.domain.lanes import LANES
from services.notifications.domain.message import ORDER, Message, Purpose, State
from services.notifications.domain.operating import (
    ACTIONS,
    Action,
    NotAllowed,
    UnknownMessage,
    advice,
    allowed,
)
from services.notifications.domain.outcome import NoAnswer, Outcome, Refused
from services.notifications.domain.report import Attempt, NotSeen, Report
from services.notifications.usecases.application import App
from services.notifications.usecases.operating import act, explained, messages
from services.notifications.usecases.overviewing import overview
from services.notifications.usecases.parking import QUEUES
from services.notifications.usecases.receiving import receive
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from services.notifications.web.words import LANE, PURPOSE, STATE
from tests.unit.notifications.broadcasts import WANG, approved, signed_up
from tests.unit.notifications.builders import (
    NOW,
    Told,
    confirmed,
    contact,
    facts_told,
    memory_app,
    reminder,
    session,
    states,
    told,
)
from tests.unit.notifications.desk import Desk

MAY_HAVE_LEFT = ("sending", "unknown", "unknown_final", "submitted", "delivered")
TOMORROW = session(timedelta(days=1))


def sent(*outcomes: Outcome, provider: Told | None = None,
         clock: FixedClock | None = None) -> tuple[App, str]:
    """One message after a call that ended so; its id."""
    told_what = provider or Told()
    told_what.outcomes.extend(outcomes)
    app = memory_app(told_what, clock)
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed(where=TOMORROW))])
    send_due(app)
    [one] = messages(app).items
    return app, one.message.message_id


@pytest.mark.parametrize("state", ORDER)
def test_n_4_what_may_have_left_is_never_offered_to_be_sent_again(state: State) -> None:
    for reason in (None, "given_up", "no_receipt", "worker_lost", "sent_again"):
        message = Message(event_id="e", person_ref="p", purpose="confirmed", sequence=1,
                          deadline=NOW + timedelta(days=1), state=state, reason=reason,
                          attempts=("a1",))
        may = allowed(message, NOW)
        assert "send_again" not in may or state not in MAY_HAVE_LEFT
        assert set(may) <= set(ACTIONS)
        assert advice(message).why and advice(message).do


def test_n_4_an_unknown_message_cannot_be_sent_again_whoever_asks() -> None:
    app, id = sent(NoAnswer("ReadTimeout"))
    with pytest.raises(NotAllowed, match="可能已经送达"):
        act(app, id, "send_again", reason="急", by=WANG)
    act(app, id, "give_up", reason="已电话告知", by=WANG)
    with pytest.raises(NotAllowed, match="可能已经送达"):
        act(app, id, "send_again", reason="急", by=WANG)
    assert send_due(app) == 0 and states(app) == [("confirmed", "unknown_final")]
    assert facts_told(app) == ["failed"]


def test_what_the_provider_refused_leaves_again_once_and_it_is_written_down() -> None:
    provider = Told()
    app, id = sent(Refused("isv.MOBILE_NUMBER_ILLEGAL", "give_up"), provider=provider)
    assert explained(app, id).actions == ("send_again",)
    assert act(app, id, "send_again", reason="号码已更正", by=WANG)["state"] == "queued"
    first = provider.given[0].attempt_id
    receive(app, "told", Report(attempt_id=first, state="failed"))
    assert send_due(app) == 1 and len(provider.given) == 2
    seen = explained(app, id)
    assert (seen.message.state, seen.number) == ("submitted", "139****0001")
    [done] = seen.acts
    assert (done.by, done.action, done.reason, done.at) == (
        "wang", "send_again", "号码已更正", NOW)


def test_n_8_what_is_of_no_use_any_more_is_not_sent_again() -> None:
    clock = FixedClock(NOW)
    app, id = sent(Refused("x", "give_up"), clock=clock)
    clock.advance(timedelta(days=2))
    with pytest.raises(NotAllowed, match="已过有效时间"):
        act(app, id, "send_again", reason="急", by=WANG)


def test_n_21_a_text_that_may_not_be_said_is_explained_and_not_sent_again() -> None:
    app = memory_app()
    write_messages(app, [told(confirmed(where=session(title="【别人】")))])
    [one] = messages(app, states=("failed",)).items
    assert "title" in one.advice.why
    with pytest.raises(NotAllowed):
        act(app, one.message.message_id, "send_again", reason="急", by=WANG)


def test_what_staff_gave_up_does_not_leave_and_may_be_taken_up_again() -> None:
    app = memory_app()
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed(where=TOMORROW))])
    [one] = messages(app).items
    id = one.message.message_id
    act(app, id, "give_up", reason="写错了", by=WANG)
    assert send_due(app) == 0
    act(app, id, "send_again", reason="其实没错", by=WANG)
    assert send_due(app) == 1


def test_n_18_a_held_message_that_staff_release_leaves_in_the_night() -> None:
    app = memory_app(clock=FixedClock(NOW + timedelta(hours=10)))
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(reminder(where=session(timedelta(days=2))))])
    [one] = messages(app, states=("held",)).items
    assert send_due(app) == 0
    act(app, one.message.message_id, "release", reason="台风改期", by=WANG)
    assert send_due(app) == 1


class Asked(Told):
    """A provider that can be asked what became of an attempt."""

    answer: Report | NotSeen | None = None

    def try_look_up(self, attempt: Attempt) -> Report | NotSeen | None:
        return self.answer


@pytest.mark.parametrize(("answer", "state", "said"), [
    (Report(state="delivered"), "delivered", "已答复"), (None, "unknown", "没有答复"),
    (NotSeen(), "unknown", "没有收到过"),
])
def test_n_4_a_look_up_asks_now_and_says_what_was_answered(
    answer: Report | NotSeen | None, state: str, said: str
) -> None:
    provider = Asked()
    provider.answer = answer
    app, id = sent(NoAnswer("ReadTimeout"), provider=provider)
    outcome = act(app, id, "look_up", reason="本人来问", by=WANG)["outcome"]
    assert said in outcome and explained(app, id).message.state == state
    with pytest.raises(UnknownMessage):
        act(app, "none", "look_up", reason="?", by=WANG)


def test_n_26_all_states_together_are_all_that_was_accepted() -> None:
    app, _ = sent(NoAnswer("ReadTimeout"))
    signed_up(app, ["p1", "p2"])
    approved(app)
    standing = overview(app)
    assert standing.accepted == sum(standing.states.values()) == 1
    assert [each.lane for each in standing.lanes] == list(LANES)
    assert set(standing.states) == set(get_args(State))


def test_n_26_the_overview_counts_what_was_accepted_of_late_and_says_what_is_lost() -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    write_messages(app, [told(confirmed("r1", "p1", "p2", where=session(timedelta(days=30))))])
    clock.advance(timedelta(days=8))
    write_messages(app, [told(confirmed("r2", "p3", where=session(timedelta(days=30))))])
    found = overview(app)
    assert (found.days, found.accepted, found.states["queued"], found.missing) == (7, 1, 1, 0)
    assert [each.queued for each in found.lanes if each.lane == "confirmed"] == [3]
    app.transactions.database["messages"].delete_one({"registration_id": "r2"})
    assert overview(app).missing == 1
    assert "账目对不上，相差 1 条" in Desk(app).show("overview_page")


def test_n_25_what_nobody_looked_at_in_time_is_stuck() -> None:
    clock = FixedClock(NOW)
    app = memory_app(clock=clock)
    write_messages(app, [told(confirmed(where=TOMORROW))])
    assert overview(app).stuck == 0
    clock.advance(timedelta(minutes=6))
    assert overview(app).stuck == 1
    [one] = messages(app, stuck=True).items
    assert one.message.state == "queued" and overview(app).lanes[2].since == NOW


def test_the_list_finds_by_state_purpose_person_and_broadcast_a_page_at_a_time() -> None:
    app = memory_app()
    signed_up(app, [f"p{place}" for place in range(60)])
    write_messages(app, [told(confirmed(f"r-p{place}", f"p{place}", where=TOMORROW))
                         for place in range(60)])
    first = messages(app, states=("queued",), purpose="confirmed")
    assert (len(first.items), first.more) == (50, True)
    assert len(messages(app, page=2).items) == 10
    [one] = messages(app, key="p7").items
    assert one.message.person_ref == "p7"
    assert not messages(app, purpose="reminder").items


def test_every_purpose_state_and_lane_has_a_name_on_the_pages() -> None:
    assert set(PURPOSE) == set(get_args(Purpose))
    assert set(STATE) == set(get_args(State)) and set(LANE) == set(LANES)
    assert len(set(STATE.values())) == len(STATE)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_form_without_a_reason_does_nothing(action: Action) -> None:
    app, id = sent(NoAnswer("ReadTimeout"))
    answer = Desk(app).send("message_order", id, action=action)
    assert answer.status_code == 422 and "必填" in answer.get_data(as_text=True)
    assert not explained(app, id).acts


def test_the_same_form_sent_twice_acts_once() -> None:
    app, id = sent(NoAnswer("ReadTimeout"))
    for _ in range(2):
        answer = Desk(app).send("message_order", id, action="give_up", reason="已电话告知")
        assert answer.status_code == 303
    assert len(explained(app, id).acts) == 1


def test_pages_show_what_is_there_and_no_number() -> None:
    app, id = sent(NoAnswer("ReadTimeout"))
    signed_up(app, ["p1"])
    desk = Desk(app)
    shown = [desk.show("overview_page"), desk.show("messages_page", state="unknown"),
             desk.show("messages_page", state="stuck"), desk.show("message_page", id)]
    assert "不会自动重发" in shown[1] and "13900000001" not in "".join(shown)
    refused = Desk(app).send("message_order", id, action="send_again", reason="急")
    assert refused.status_code == 409 and "可能已经送达" in refused.get_data(as_text=True)


def test_n_27_every_queue_of_the_service_has_a_name_on_the_page() -> None:
    assert set(QUEUES) == {flow.queue for flow in FLOWS.values() if flow.service == "notifications"}


def test_the_page_of_parked_facts_says_when_the_broker_is_away() -> None:
    app = replace(memory_app(), amqp_uri="amqp://127.0.0.1:1/")
    desk = Desk(app)
    answer = desk.send("tell_again_order", id="lost-1", reason="已恢复")
    assert answer.status_code == 503 and "连不上" in answer.get_data(as_text=True)


def test_n_9_staff_see_providers_and_give_one_another_share() -> None:
    app = memory_app()
    desk = Desk(app)
    assert "told" in desk.show("providers_page")
    wrong = desk.send("weigh_order", provider="told", weight="0", reason="停用")
    assert wrong.status_code == 422 and "至少有一个通道" in wrong.get_data(as_text=True)
    done = desk.send("weigh_order", provider="told", weight="5", reason="另一家欠费")
    assert done.status_code == 303
    shown = desk.show("providers_page")
    assert "另一家欠费" in shown and "li" in shown
