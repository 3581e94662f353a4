"""Whatever residents do and in whatever order: never one place too many, nobody passed in line."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from services.events.domain import broken
from tests.unit.events.builders import Town

CAPACITY = 4
PEOPLE = st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True)
AFTER = {"signup_confirmed": "confirmed", "signup_waitlisted": "waitlisted",
         "signup_promoted": "confirmed", "signup_cancelled": "cancelled"}


class SignUpDesk(RuleBasedStateMachine):
    """One session with few places; parties come, wait, leave and come again."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.town = Town.in_memory()
        self.session_id = self.town.session(capacity=CAPACITY)

    @rule(target=made, people=PEOPLE)
    def sign_up(self, people: list[int]) -> str | None:
        try:
            return str(self.town.sign_up(self.session_id, *people)["registration_id"])
        except broken.AlreadyRegistered:
            return None

    @rule(registration_id=consumes(made))
    def cancel(self, registration_id: str | None) -> None:
        if registration_id is not None:
            self.town.cancel(registration_id)

    @rule(registration_id=made)
    def cancel_again_later(self, registration_id: str | None) -> None:
        if registration_id is not None:
            self.town.cancel(registration_id)
            self.town.cancel(registration_id)

    def kept(self, *status: str) -> list[dict[str, Any]]:
        found = self.town.database["registrations"].find().sort("arrival", 1)
        return [each for each in found if not status or each["status"] in status]

    @invariant()
    def counters_say_what_is_kept_and_never_more_than_there_is(self) -> None:
        pool = self.town.pool(self.session_id)
        assert pool.taken == sum(len(each["party"]) for each in self.kept("confirmed")) <= CAPACITY
        assert pool.waiting == len(self.kept("waitlisted"))

    @invariant()
    def no_place_is_idle_while_the_head_of_the_line_fits(self) -> None:
        waiting, pool = self.kept("waitlisted"), self.town.pool(self.session_id)
        assert not waiting or len(waiting[0]["party"]) > CAPACITY - pool.taken

    @invariant()
    def nobody_is_active_twice(self) -> None:
        active = self.kept("confirmed", "waitlisted")
        people = Counter(person for each in active for person in each["party"])
        assert set(people.values()) <= {1}
        engaged = {
            person["_id"] for person in self.town.database["people"].find()
            if self.session_id in [each["session_id"] for each in person["engagements"]]
        }
        assert engaged == set(people)

    @invariant()
    def what_was_told_is_what_is_kept(self) -> None:
        told: dict[str, list[tuple[int, str]]] = {}
        for each in self.town.told(*AFTER):
            state = AFTER[each.type.split(".")[1]]
            told.setdefault(each.data["registration_id"], []).append((each.sequence, state))
        assert all(
            [number for number, _ in facts] == list(range(1, len(facts) + 1))
            for facts in told.values()
        )
        assert {each: facts[-1][1] for each, facts in told.items()} == {
            each["_id"]: each["status"] for each in self.kept()
        }


TestSignUpDesk = SignUpDesk.TestCase
SignUpDesk.TestCase.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
