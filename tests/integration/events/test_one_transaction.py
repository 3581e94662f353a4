"""What belongs together is kept together: cancellation with promotion, sign-up with its facts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from kernel.transaction import Transaction
from services.events.domain.broken import SessionClosed as Final
from services.events.domain.session import Session
from services.events.store.sessions import Sessions
from services.events.usecases.attending import close_session
from services.events.usecases.registrations import find_registration
from services.events.usecases.scanning import Scan, scan
from tests.integration.events.crowd import at_once
from tests.unit.events.builders import STAFF, Town


class Dies(Sessions):
    """Fails at the last write before the commit."""

    def save(self, before: Session, after: Session, *, within: Transaction) -> Session:
        super().save(before, after, within=within)
        raise RuntimeError("died")


def test_a_cancellation_that_fails_late_promotes_nobody(town: Town) -> None:
    session_id = town.session(capacity=1)
    first, second = town.sign_up(session_id, 1), town.sign_up(session_id, 2)
    before = len(town.told())
    healthy = town.app
    town.app = replace(healthy, store=replace(healthy.store, sessions=Dies(town.database)))
    with pytest.raises(RuntimeError):
        town.cancel(first["registration_id"])
    states = [find_registration(healthy, each["registration_id"]).registration.status
              for each in (first, second)]
    assert states == ["confirmed", "waitlisted"]
    assert len(town.told()) == before


def test_a_sign_up_that_fails_late_leaves_nobody_known(town: Town) -> None:
    session_id = town.session()
    healthy = town.app
    town.app = replace(healthy, store=replace(healthy.store, sessions=Dies(town.database)))
    with pytest.raises(RuntimeError):
        town.sign_up(session_id, 1)
    for collection in ("people", "identities", "registrations", "rolls"):
        assert town.database[collection].count_documents({}) == 0
    assert town.told("signup_confirmed", "contact_recorded") == []


def test_promotion_and_cancellation_are_told_in_one_commit(town: Town) -> None:
    session_id = town.session(capacity=1)
    first = town.sign_up(session_id, 1)
    town.sign_up(session_id, 2)
    town.cancel(first["registration_id"])
    [cancelled], [promoted] = town.told("signup_cancelled"), town.told("signup_promoted")
    assert cancelled.time == promoted.time


def scan_in(town: Town, made: dict[str, Any], nonce: str) -> dict[str, Any]:
    return scan(town.app, Scan(
        session_id=made["session_id"], registration_id=made["registration_id"], direction="in",
        nonce=nonce,
    ))


def test_a_scan_and_the_closing_never_disagree(town: Town, twin: Town) -> None:
    session_id = town.session(capacity=30, starts_at=town.clock())
    made = [town.sign_up(session_id, number, caller=STAFF) for number in range(20)]
    answers = at_once([
        *(partial(scan_in, town, each, f"n{n}") for n, each in enumerate(made)),
        partial(close_session, twin.app, session_id, {}),
    ])
    assert not [each for each in answers if isinstance(each, Exception)
                and not isinstance(each, Final)]
    scanned = {each.data["person_ref"] for each in town.told("scanned_in")}
    final = {each.data["person_ref"]: each.data["state"]
             for each in town.told("attendance_recorded")}
    assert {person for person, state in final.items() if state == "present"} == scanned
    assert len(final) == 20


def test_a_nonce_that_comes_twice_at_once_is_one_scan(town: Town, twin: Town) -> None:
    made = town.sign_up(town.session(starts_at=town.clock()), 1, caller=STAFF)
    answers = at_once([partial(scan_in, each, made, "same") for each in [town, twin] * 10])
    assert all(isinstance(each, dict) for each in answers), answers
    assert len(town.told("scanned_in")) == 1
