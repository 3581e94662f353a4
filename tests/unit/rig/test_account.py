"""The account finds what is lost and what is doubled; otherwise no test that uses it means much."""

from __future__ import annotations

from collections import Counter

from tests.rig.account import Account


def account(**changed: object) -> Account:
    """Three accepted things, each with one effect, unless changed."""
    sound: dict[str, object] = {
        "attempted": 3,
        "accepted": frozenset("abc"),
        "effects": Counter("abc"),
    }
    return Account(**{**sound, **changed})  # type: ignore[arg-type]


def test_each_accepted_thing_with_one_effect_is_sound() -> None:
    assert account().is_sound


def test_what_was_accepted_and_has_no_effect_is_lost() -> None:
    found = account(effects=Counter("ab"))

    assert found.lost == {"c"}
    assert not found.is_sound


def test_what_is_parked_is_not_lost() -> None:
    assert account(effects=Counter("ab"), parked=frozenset("c")).is_sound


def test_what_is_parked_and_has_its_effect_is_not_sound() -> None:
    assert not account(parked=frozenset("c")).is_sound


def test_two_effects_are_doubled() -> None:
    found = account(effects=Counter("abcc"))

    assert found.duplicated == {"c"}
    assert not found.is_sound


def test_delivered_twice_with_one_effect_is_recovered() -> None:
    assert account(deliveries=Counter("aabc")).recovered == {"a"}
