"""Codes for whoever signs in: to the number alone, at any hour, and forgotten within minutes."""

from __future__ import annotations

from datetime import timedelta

from contracts.events import SignInCodeMade
from kernel.clock import FixedClock
from services.notifications.usecases.application import App
from services.notifications.usecases.codes import forget_codes, send_codes
from services.notifications.usecases.inbound import Inbound, take
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts
from tests.unit.notifications.builders import (
    NOW,
    Told,
    contact,
    facts_told,
    memory_app,
    states,
    told,
)

PHONE, CODE = "13900000001", "204816"
MIDNIGHT = timedelta(hours=12)


def made(clock: FixedClock, phone: str = PHONE) -> SignInCodeMade:
    return SignInCodeMade(code_id="k1", phone=phone, code=CODE, doing="sign_in",
                          until=clock() + timedelta(minutes=5))


def at_night() -> tuple[App, Told, FixedClock]:
    provider, clock = Told(), FixedClock(NOW + MIDNIGHT)
    return memory_app(provider, clock), provider, clock


def test_a_code_leaves_at_night_before_all_others_and_says_what_it_does() -> None:
    app, provider, clock = at_night()
    send_codes(app, [told(made(clock))])
    send_due(app, ["promoted"])
    [given] = provider.given
    assert given.number == PHONE
    assert given.text.startswith("【向心】你的登录验证码是204816，5分钟内有效。")


def test_a_fact_heard_twice_is_one_message() -> None:
    app, provider, clock = at_night()
    fact = told(made(clock))
    send_codes(app, [fact])
    send_codes(app, [fact, fact])
    send_due(app)
    assert len(provider.given) == 1


def test_a_known_number_goes_by_the_same_reference_as_an_unknown_one() -> None:
    app, _, clock = at_night()
    keep_contacts(app, [told(contact("p1", PHONE))])
    send_codes(app, [told(made(clock)), told(made(clock, "13900000002"))])
    refs = app.transactions.database["messages"].distinct("person_ref")
    assert len(refs) == 2 and all(each.startswith("number-") for each in refs)


def test_n_19_who_opted_out_gets_the_code_they_asked_for() -> None:
    app, provider, clock = at_night()
    take(app, [Inbound(provider="told", sequence_id="1", number=PHONE, text="TD")])
    provider.given.clear()
    send_due(app)
    send_codes(app, [told(made(clock))])
    send_due(app)
    assert CODE in provider.given[-1].text


def test_a_code_that_comes_too_late_is_not_sent_and_has_no_text() -> None:
    app, provider, clock = at_night()
    fact = told(made(clock))
    clock.advance(timedelta(minutes=5))
    send_codes(app, [fact])
    send_due(app)
    assert states(app) == [("sign_in_code", "expired")] and not provider.given
    [kept] = app.transactions.database["messages"].find()
    assert app.store.claims.due(clock(), limit=9, lanes=["promoted"]) == [] and "code" not in kept


def test_n_23_the_text_is_gone_a_moment_after_the_code_is_over() -> None:
    app, _, clock = at_night()
    send_codes(app, [told(made(clock))])
    send_due(app)
    assert forget_codes(app) == 0
    clock.advance(timedelta(minutes=5))
    assert forget_codes(app) == 1 and forget_codes(app) == 0
    assert app.transactions.database["messages"].count_documents({"said": {"$exists": True}}) == 0


def test_a_later_code_is_forgotten_as_well() -> None:
    app, _, clock = at_night()
    for _ in range(3):
        send_codes(app, [told(made(clock))])
        clock.advance(timedelta(minutes=6))
        assert forget_codes(app) == 1


def test_what_is_told_of_it_names_no_number() -> None:
    app, _, clock = at_night()
    send_codes(app, [told(made(clock))])
    send_due(app)
    assert facts_told(app) and not any(PHONE in each or CODE in each for each in facts_told(app))
