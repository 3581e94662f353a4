"""Other eyes (C-17) and what a limit says, the same in every part of the service."""

from __future__ import annotations

import pytest

from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import SelfConcerned, SelfMade, TooManyTries, check_tries

LI = Acting(actor="li", person_ref="p-li")
NOBODY_KNOWN = Acting(actor="staff")


@pytest.mark.parametrize(
    ("checker", "maker", "fault"),
    [
        (LI, LI, SelfMade),
        (LI, Acting(actor="li-2", person_ref="p-li"), SelfMade),
        (LI, Acting(actor="li"), SelfMade),
        (Acting(actor="wang", person_ref="p1"), LI, SelfConcerned),
        (Acting(actor="wang", person_ref="p1-old"), None, SelfConcerned),
    ],
)
def test_c_17_maker_checker_and_beneficiary_are_three(
    checker: Acting, maker: Acting | None, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        check_eyes(checker, concerned=("p1", "p1-old"), maker=maker)


@pytest.mark.parametrize("maker", [None, Acting(), Acting(person_ref="p1"), LI])
def test_c_17_another_member_decides(maker: Acting | None) -> None:
    check_eyes(NOBODY_KNOWN, concerned=("p1",), maker=maker)
    check_eyes(Acting(actor="wang", person_ref="p-wang"), concerned=(), maker=maker)


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "1 秒"), (99, "99 秒"), (100, "2 分钟"), (3600, "60 分钟"),
                          (86_400, "24 小时")],
)
def test_a_limit_says_when_the_next_try_is_taken(seconds: int, said: str) -> None:
    check_tries(0)
    with pytest.raises(TooManyTries, match=f"请 {said}后再试") as refused:
        check_tries(seconds)
    assert refused.value.seconds == seconds
