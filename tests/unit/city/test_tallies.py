"""Counting in the feed by its marks: the same as by reading all of it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import CATALOGUE
from services.city.store.heads import EVERY
from tests.unit.city.builders import NOW, published
from tests.unit.city.test_feed import Fed

KEYS = sorted(CATALOGUE)[:3]
PAST = 2 * EVERY + 70
FORGOTTEN = NOW + timedelta(days=1)


def filled(pattern: list[int], whole: int) -> tuple[Fed, list[str]]:
    """A feed whose keys repeat the pattern, in batches of two days; the key of each position."""
    feed = Fed()
    keys = [KEYS[pattern[place % len(pattern)]] for place in range(whole)]
    for start in (0, EVERY + 10):
        some = keys[start:EVERY + 10 if start == 0 else None]
        feed.keep(*[published(f"n{start + place}", key) for place, key in enumerate(some)],
                  after=timedelta(days=2) if start else timedelta())
    return feed, keys


@settings(max_examples=25, deadline=None)
@given(
    pattern=st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=7),
    wanted=st.lists(st.sampled_from(KEYS), max_size=3),
    position=st.integers(0, PAST + 5), left=st.integers(0, PAST),
    whole=st.sampled_from([0, 5, EVERY, PAST]), forgets=st.booleans(),
)
def test_counts_and_places_are_those_of_a_whole_reading(
        pattern: list[int], wanted: list[str], position: int, left: int, whole: int,
        forgets: bool) -> None:
    feed, keys = filled(pattern, whole)
    if forgets:
        feed.forget(FORGOTTEN)
        feed.drop()
    first = feed.first()
    kept = [place for place, key in enumerate(keys, start=1)
            if place >= first and key in wanted]
    behind = [place for place in kept if place > position]

    assert feed.tallies.behind(position, wanted) == len(behind)
    assert feed.tallies.next(position, wanted) == (behind[0] if behind else None)
    assert feed.tallies.newest_but(left, wanted) == (kept[-left - 1] if left < len(kept) else None)
    assert feed.tallies.keys_behind(position) == frozenset(
        key for place, key in enumerate(keys, start=1) if place > max(position, first - 1))
