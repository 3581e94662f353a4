"""What was heard of a person moves from month to month beside the end of the chain."""

from __future__ import annotations

from itertools import permutations

import pytest

from kernel.envelope import Envelope
from kernel.outbox import all_rows
from services.volunteers.usecases import App, balance_of, credit_hours
from services.volunteers.usecases.verifying import verify
from tests.unit.volunteers.builders import came, closed, left, session, told
from tests.unit.volunteers.ledgers import an_app, effective

DAYS = ("2026-07-31", "2026-08-01", "2026-09-01")


def visits(who: str = "p1") -> list[list[Envelope]]:
    """An hour and a half on each of the days."""
    found = []
    for day in DAYS:
        where = session(id=day, day=day)
        found.append(told(came(where.starts_at, where, who), left(where.ends_at, where, who),
                          closed(where=where, who=who)))
    return found


def months(app: App, who: str = "p1") -> list[str]:
    """The latest month, which stands with the head, and the earlier ones."""
    database = app.transactions.database
    [head] = database["heads"].find({"_id": who})
    return [head["month"], *sorted(each["_id"] for each in database["heard"].find())]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_c_13_months_in_any_order_give_the_same_ledger(order: tuple[int, ...]) -> None:
    app, heard = an_app(), visits()
    for place in order:
        credit_hours(app, heard[place])
    assert [line[2] for line in effective(app)] == [90, 90, 90]
    assert months(app) == ["2026-09", "p1/2026-07", "p1/2026-08"]
    assert verify(app).faults == []
    for each in heard:
        credit_hours(app, each)
    assert balance_of(app, "p1").number == 3, "what was heard in every month is still known"


def test_a_batch_over_three_months_is_kept_by_months() -> None:
    app = an_app()
    credit_hours(app, [envelope for visit in visits() for envelope in visit])
    assert months(app) == ["2026-09", "p1/2026-07", "p1/2026-08"]
    assert verify(app).faults == []


def test_a_person_of_whom_nothing_is_entered_yet_has_no_ledger() -> None:
    app, where = an_app(), session()
    credit_hours(app, told(came(where.starts_at, where)))
    assert (list(app.store.heads.all()), verify(app).volunteers) == ([], 0)
    assert balance_of(app, "p1").number == 0


def test_a_reference_with_a_slash_has_a_ledger_of_its_own() -> None:
    app = an_app()
    for visit in (*visits("a/b"), *visits("a")):
        credit_hours(app, visit)
    assert [balance_of(app, who).minutes for who in ("a/b", "a")] == [270, 270]


def test_facts_about_a_person_are_numbered_without_a_gap() -> None:
    app = an_app()
    for visit in visits():
        credit_hours(app, visit)
    facts = [row for row in all_rows(app.transactions.database) if row.subject == "person/p1"]
    assert [fact.sequence for fact in facts] == [1, 2, 3]
    assert not app.transactions.database["sequences"].count_documents({"_id": "person/p1"})
