"""A turn at a receiver that hears little of what the feed has. No call is made here: those are
tests/integration/webhooks."""

from __future__ import annotations

from services.city.store.feed import Published
from services.city.webhooks.turn import PASSED_BY
from tests.rig.calling import NAME, Office
from tests.unit.city.builders import published

HEARD, OTHER = "events.work_item_recorded.v1", "events.visit_recorded.v1"
NOBODY = "http://127.0.0.1:9/"


def an_office() -> Office:
    office = Office(facts=(HEARD,))
    office.set(NOBODY)
    return office


def feed(office: Office, *facts: Published) -> None:
    office.app.transactions.run(lambda transaction: office.store.feed.append(facts, transaction))


def others(office: Office, count: int) -> None:
    last = office.store.feed.last()
    feed(office, *[published(f"v{last + place}", OTHER) for place in range(count)])


def cursor(office: Office) -> int:
    kept = office.store.lines.of(NAME)
    assert kept is not None
    return kept.line.cursor


def test_what_is_not_meant_for_it_is_looked_through_once() -> None:
    office = an_office()
    others(office, 5_200)  # more than one answer of the feed looks through

    office.turn()

    assert cursor(office) == 5_200
    others(office, PASSED_BY - 1)
    office.turn()
    assert cursor(office) == 5_200  # so little is no reason to write
    assert office.calls() == []


def test_only_what_it_may_hear_is_news_to_it() -> None:
    office = an_office()
    others(office, 3)

    rest = office.turn()

    assert not rest.is_news(office.store.feed.counts())
    others(office, 2)
    assert not rest.is_news(office.store.feed.counts())
    feed(office, published("w", HEARD))
    assert rest.is_news(office.store.feed.counts())


def test_who_is_suspended_has_no_news() -> None:
    office = an_office()
    office.subscribe((HEARD,), state="suspended")
    feed(office, published("w", HEARD))

    rest = office.turn()

    feed(office, published("x", HEARD))
    assert not rest.is_news(office.store.feed.counts())
