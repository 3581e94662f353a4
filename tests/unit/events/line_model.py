"""A model of sign-up as people use it: a Hypothesis state machine with what must always hold."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from services.events.domain.broken import BrokenRule
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases import drawing, organising
from tests.unit.events.builders import STAFF, Town

PEOPLE = st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True)
CROWD = st.lists(st.integers(1, 2), min_size=2, max_size=7)  # sizes of the parties that come first
TERMS = st.fixed_dictionaries({
    "mode": st.sampled_from(["first-come", "first-come", "first-come", "approval", "draw"]),
    "promotion": st.sampled_from(["offer", "automatic"]),
    "pending_holds": st.booleans(), "smaller_may_pass": st.booleans(),
    "has_line": st.sampled_from([True, True, True, False]),
})
SEATED = {"signup_confirmed", "signup_promoted"}
STATES = {"signup_waitlisted": "waitlisted", "seat_offered": "offered",
          "signup_cancelled": "cancelled", "signup_lapsed": "lapsed"}
WAITS = {"consent": "pending_consent", "approval": "pending_approval", "draw": "entered_draw"}


class SignUpDesk(RuleBasedStateMachine):
    """One session with few places; parties come, wait, decide, leave and come again."""

    made = Bundle("made")

    def open_town(self) -> Town:
        raise NotImplementedError

    def close_town(self) -> None:
        """What a real town must let go of."""

    @initialize(target=made, terms=TERMS, capacity=st.integers(1, 5), crowd=CROWD)
    def open(self, terms: dict[str, Any], capacity: int, crowd: list[int]) -> Any:
        self.town = self.open_town()
        closes_at = self.town.clock() + timedelta(days=3)
        self.session_id = self.town.session(capacity=capacity, closes_at=closes_at, **terms)
        parties = [range(50 + 2 * n, 50 + 2 * n + size) for n, size in enumerate(crowd)]
        return multiple(*(self.sign_up_now(list(each)) for each in parties))

    def teardown(self) -> None:
        self.close_town()

    @rule(target=made, people=PEOPLE)
    def sign_up(self, people: list[int]) -> str | None:
        return self.sign_up_now(people)

    @rule(target=made, person=st.integers(1, 40))
    def sign_up_alone(self, person: int) -> str | None:
        return self.sign_up_now([person])

    def sign_up_now(self, people: list[int]) -> str | None:
        with suppress(BrokenRule):
            return str(self.town.sign_up(self.session_id, *people)["registration_id"])
        return None

    @rule(registration_id=made, twice=st.booleans())
    def cancel(self, registration_id: str | None, twice: bool) -> None:
        for _ in range(1 + twice):
            self._try(self.town.cancel, registration_id)

    @rule(registration_id=made)
    def accept(self, registration_id: str | None) -> None:
        self._try(self.town.accept, registration_id)

    @rule(registration_id=made)
    def decline(self, registration_id: str | None) -> None:
        self._try(self.town.decline, registration_id)

    @rule(registration_id=made, approves=st.booleans())
    def decide(self, registration_id: str | None, approves: bool) -> None:
        self._try(self.town.approve if approves else self.town.refuse, registration_id)

    @rule(capacity=st.integers(1, 6), days=st.sampled_from([0, 0, 0, -1, 1, 2]))
    def change(self, capacity: int, days: int) -> None:
        session, by = self.session(), timedelta(days=days)
        order = {"capacity": capacity, "starts_at": session.starts_at + by,
                 "ends_at": session.ends_at + by}
        with suppress(BrokenRule):
            organising.change_session(self.town.app, self.session_id, order, caller=STAFF)

    @rule(hours=st.sampled_from([1, 1, 2, 3, 9, 12, 30]))
    def time_passes(self, hours: int) -> None:
        self.town.later(hours=hours)

    @rule()
    def draw(self) -> None:
        with suppress(BrokenRule):
            drawing.hold(self.town.app, self.session_id)

    def _try(self, order: Any, registration_id: str | None) -> None:
        if registration_id is not None:
            with suppress(BrokenRule):
                order(registration_id)

    def session(self) -> Session:
        return self.town.pool(self.session_id)

    def kept(self, *status: str) -> list[Registration]:
        found = self.town.app.store.registrations.all(self.session_id)
        return [each for each in found if not status or each.status in status]

    @invariant()
    def counters_say_what_is_kept_and_never_more_than_there_is(self) -> None:
        session, kept = self.session(), self.kept()
        assert session.taken == sum(each.size for each in kept if each.seated) <= session.capacity
        assert session.waiting == len(self.kept("waitlisted"))
        assert sum(session.waiting_in.values()) == session.waiting

    @invariant()
    def places_belong_to_who_may_have_them(self) -> None:
        for each in self.kept():
            assert each.seated or each.status not in ("confirmed", "offered")
            assert not each.seated or each.status not in ("waitlisted", "cancelled", "lapsed")

    @invariant()
    def no_place_is_idle_while_somebody_in_line_could_have_it(self) -> None:
        session = self.session()
        if session.line_paused or self.town.clock() >= session.line_closes_at:
            return
        line = sorted(self.kept("waitlisted"), key=lambda each: each.rank)
        first = line if session.terms.smaller_may_pass else line[:1]
        assert not any(session.fits(each.size, {}) for each in first)

    @invariant()
    def positions_count_the_line(self) -> None:
        line = sorted(self.kept("waitlisted"), key=lambda each: each.rank)
        position = self.town.app.store.registrations.position
        assert [position(each) for each in line] == list(range(1, len(line) + 1))

    @invariant()
    def a_newcomer_passes_nobody_who_would_fit(self) -> None:
        session = self.session()
        if session.waiting and session.line_paused:
            assert not session.may_enter(1, {})

    @invariant()
    def nobody_is_active_twice_and_engagements_say_who_is(self) -> None:
        people = Counter(ref for each in self.kept() if each.is_active for ref in each.party)
        assert set(people.values()) <= {1}
        engaged = {
            person["_id"] for person in self.town.database["people"].find()
            if self.session_id in [each["session_id"] for each in person["engagements"]]
        }
        assert engaged == set(people)

    @invariant()
    def what_was_told_is_what_is_kept_without_a_gap(self) -> None:
        told: dict[str, list[tuple[int, str]]] = {}
        for each in self.town.told():
            if each.subject.startswith("registration/"):
                told.setdefault(each.data["registration_id"], []).append(
                    (each.sequence, _state(each)))
        for kept in self.kept():
            facts = sorted(told[kept.registration_id])
            assert [number for number, _ in facts] == list(range(1, kept.told + 1))
            states = [state for _, state in facts if state]
            assert states[-1] == kept.status


def _state(fact: Any) -> str:
    """The status that the fact says; nothing for one that says none."""
    name = fact.type.split(".")[1]
    if name in SEATED:
        return "confirmed"
    if name == "signup_pending":
        return WAITS[fact.data["waits_for"]]
    return STATES.get(name, "")
