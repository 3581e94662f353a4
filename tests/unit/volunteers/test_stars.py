"""Proposals and decisions on a database in memory: C-24."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from kernel.clock import FixedClock, local_day
from kernel.memory import memory_database
from kernel.outbox import all_rows
from kernel.transaction import Once, Transactions
from services.volunteers import schemes
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import SelfConcerned, SelfMade
from services.volunteers.domain.stars.broken import (
    NothingToPropose,
    UnknownProposal,
)
from services.volunteers.store.stars import Stars
from services.volunteers.usecases.stars.application import End, StarOffice, unrated
from services.volunteers.usecases.stars.deciding import decide
from services.volunteers.usecases.stars.weighing import propose, weigh_all
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.certifying import Ledger, credit

LI, WANG = Acting(actor="li"), Acting(actor="wang", person_ref="p1")


@dataclass
class Office:
    """A volunteer `p1` with so many minutes, long ago; stars in one's hands."""

    ledger: Ledger
    app: StarOffice
    clock: FixedClock

    def has(self, minutes: int) -> None:
        self.ledger.lines["p1"] = [credit(minutes=minutes, day="2024-01-01")]

    def weigh(self) -> int:
        return weigh_all(self.app, local_day(self.clock()))

    def stars(self) -> int:
        return self.app.store.of("p1").stars

    def waiting(self) -> list[tuple[str, int]]:
        return [(each.open.kind, each.open.stars)
                for each in self.app.store.open(limit=10) if each.open]

    def told(self) -> list[str]:
        return [row.key for row in all_rows(self.app.transactions.database)]


@pytest.fixture
def office() -> Office:
    database, clock = memory_database(), FixedClock(at("12:00", "2026-11-26"))
    ledger = Ledger()

    def ends() -> Iterable[End]:
        return [End(who, minutes := sum(each.minutes for each in lines), number=minutes)
                for who, lines in ledger.lines.items()]

    app = StarOffice(
        transactions=Transactions(database, source="/volunteers", clock=clock),
        store=Stars(database), schemes=schemes.load(), ledger=ledger, ends=ends, quality=unrated,
    )
    return Office(ledger, app, clock)


def test_c_24_ninety_nine_hours_and_fifty_nine_minutes_are_not_proposed(office: Office) -> None:
    office.has(99 * 60 + 59)
    assert (office.weigh(), office.waiting()) == (0, [])
    office.has(100 * 60)
    assert (office.weigh(), office.waiting()) == (1, [("award", 1)])
    assert (office.weigh(), office.stars(), office.told()) == (0, 0, [])


def test_c_35_the_hours_of_all_references_of_a_person_count_together(office: Office) -> None:
    both = dict.fromkeys(("p1", "p2"), ("p1", "p2"))
    office.app = replace(office.app, persons=lambda refs: {ref: both[ref] for ref in refs})
    office.has(60 * 60)
    office.ledger.lines["p2"] = [credit(minutes=40 * 60, day="2024-01-02")]
    lines = office.ledger.lines
    office.app = replace(office.app, references=lambda ref: both[ref],
                         ledger=lambda person_ref, **_: lines["p1"] + lines["p2"])
    assert (office.weigh(), office.waiting()) == (1, [("award", 1)])


def test_only_who_may_be_due_is_weighed_alone(office: Office) -> None:
    asked: list[str] = []

    def heard(person_ref: str) -> float | None:
        asked.append(person_ref)
        return None

    office.app = replace(office.app, quality=heard)
    office.ledger.lines |= {f"q{number}": [credit(minutes=99 * 60)] for number in range(600)}
    office.has(100 * 60)
    assert (office.weigh(), asked) == (1, ["p1"])


def test_c_24_an_approval_gives_the_stars_and_is_told_once(office: Office) -> None:
    office.has(700 * 60)
    office.weigh()
    once = Once(key="k", fingerprint="f")
    said = decide(office.app, "p1.1", "approved", "属实", by=LI, once=once)
    assert said == {"id": "p1.1", "state": "approved", "stars": 3}
    assert decide(office.app, "p1.1", "approved", "属实", by=LI, once=once) == said
    assert (office.stars(), office.told()) == (3, ["volunteers.stars_decided.v1"])
    assert (office.weigh(), office.waiting()) == (0, [])


def test_c_24_after_a_reversal_a_person_reviews_the_stars(office: Office) -> None:
    office.has(100 * 60)
    office.weigh()
    decide(office.app, "p1.1", "approved", "属实", by=LI)
    office.has(99 * 60)
    assert (office.weigh(), office.waiting(), office.stars()) == (1, [("review", 0)], 1)
    decide(office.app, "p1.2", "approved", "时长已冲销", by=LI)
    assert office.stars() == 0


def test_c_24_an_open_proposal_lapses_when_its_hours_are_reversed(office: Office) -> None:
    office.has(100 * 60)
    office.weigh()
    office.has(50 * 60)
    assert (office.weigh(), office.waiting()) == (1, [])


def test_c_17_nobody_decides_on_their_own_stars_or_proposal(office: Office) -> None:
    office.has(100 * 60)
    office.weigh()
    with pytest.raises(SelfConcerned):
        decide(office.app, "p1.1", "approved", "属实", by=WANG)
    decide(office.app, "p1.1", "refused", "再看", by=LI)
    assert (office.weigh(), office.waiting()) == (0, [])
    proposed = propose(office.app, "p1", by=LI)
    with pytest.raises(SelfMade):
        decide(office.app, proposed["id"], "approved", "属实", by=LI)
    decide(office.app, proposed["id"], "approved", "属实", by=Acting(actor="zhao"))
    assert office.stars() == 1


def test_staff_propose_nothing_that_hours_do_not_call_for(office: Office) -> None:
    with pytest.raises(NothingToPropose):
        propose(office.app, "p1", by=LI)
    office.has(100 * 60)
    office.weigh()
    with pytest.raises(NothingToPropose):
        propose(office.app, "p1", by=LI)


@pytest.mark.parametrize("name", ["", "p1", "p1.", ".1", "p1.2", "p1.x", "p1.²", "p1.99999999999"])
def test_an_unknown_proposal_is_unknown(office: Office, name: str) -> None:
    office.has(100 * 60)
    office.weigh()
    with pytest.raises(UnknownProposal):
        decide(office.app, name, "approved", "属实", by=LI)


def test_a_person_is_looked_at_again_when_something_was_entered_or_a_day_has_passed(
    office: Office,
) -> None:
    office.has(100 * 60)
    office.ledger.lines["p1"][0] = credit(minutes=100 * 60, day="2026-10-28")
    assert office.weigh() == 0  # 29 days
    asked: list[str] = []
    quality = office.app.quality

    def heard(person_ref: str) -> float | None:
        asked.append(person_ref)
        return quality(person_ref)

    office.app = replace(office.app, quality=heard)
    assert (office.weigh(), asked) == (0, [])
    office.clock.advance(timedelta(days=1))
    assert (office.weigh(), office.waiting()) == (1, [("award", 1)])
    assert asked == ["p1"]
