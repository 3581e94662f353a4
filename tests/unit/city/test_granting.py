"""Grants: by key, by `*` for one word, by `#` for any number of them; never what is private."""

from __future__ import annotations

import pytest

from contracts.event import CATALOGUE
from services.city.domain.broken import UnknownPattern
from services.city.domain.granting import (
    allows,
    checked,
    granted,
    is_everything,
    public_keys,
)

CREDITED = "volunteers.hours_credited.v1"


@pytest.mark.parametrize(("pattern", "key", "named"), [
    (CREDITED, CREDITED, True),
    ("volunteers.#", CREDITED, True),
    ("#", CREDITED, True),
    ("volunteers.*.v1", CREDITED, True),
    ("volunteers.hours_credited.#", CREDITED, True),
    ("#.v1", CREDITED, True),
    ("*.hours_credited.*", CREDITED, True),
    ("volunteers.*", CREDITED, False),
    ("volunteers", CREDITED, False),
    ("volunteers.hours_credited.v1.#", CREDITED, True),
    ("volunteers.hours_credite.#", CREDITED, False),
    ("events.#", CREDITED, False),
])
def test_a_pattern_names_what_the_broker_would_bind(pattern: str, key: str, named: bool) -> None:
    assert allows([pattern], key) is named


def test_everything_is_all_that_is_public_and_nothing_private() -> None:
    assert set(granted(["#"])) == {key for key, fact in CATALOGUE.items() if not fact.private}
    assert not any(CATALOGUE[key].private for key in public_keys())
    assert granted(["events.contact_recorded.#"]) == ()


def test_what_is_told_tomorrow_is_granted_by_a_wildcard_of_today() -> None:
    assert allows(["volunteers.#"], "volunteers.medal_given.v1")
    assert not allows([CREDITED], "volunteers.hours_credited.v2")


@pytest.mark.parametrize("pattern", [
    "", ".", "volunteers..v1", "nobody.#", "Volunteers.#", "events.contact_recorded.v1",
    "events.sign_in_code_made.#", "a b", "volunteers.hours_credited", "#; drop", "**",
])
def test_a_pattern_that_grants_nothing_is_refused_with_what_there_is(pattern: str) -> None:
    with pytest.raises(UnknownPattern) as refused:
        checked([CREDITED, pattern])

    assert refused.value.pattern == pattern
    assert CREDITED in refused.value.allowed


def test_each_pattern_counts_once_and_only_the_hash_is_everything() -> None:
    assert checked(["events.#", CREDITED, "events.#"]) == ("events.#", CREDITED)
    assert is_everything(["#"]) and is_everything(["events.#", "#"])
    assert not is_everything(["*.*.*"]) and not is_everything(["events.#", "volunteers.#"])
