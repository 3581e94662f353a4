"""The duty of ten days by real broker, relay and timer: heard, told once, also after a kill."""

from __future__ import annotations

from datetime import timedelta

from contracts.event import Fact
from contracts.events import SessionScheduled
from kernel.clock import system_clock
from kernel.outbox import all_rows
from kernel.transaction import Transaction, Transactions
from tests.rig.city import City
from tests.unit.volunteers.builders import session
from tests.waiting import eventually

KEY = "volunteers.record_overdue.v1"


def tell(city: City, *facts: Fact) -> None:
    """As the events service would, in one commit."""
    def work(within: Transaction) -> None:
        for fact in facts:
            within.emit(fact)

    telling = Transactions(city.database("events"), source="/xiangxin/events", clock=system_clock)
    telling.run(work)


def told(city: City) -> list[str]:
    return [row.subject for row in all_rows(city.database("volunteers")) if row.key == KEY]


def test_c_19_overdue_records_are_told_once_also_by_a_process_that_was_killed(
    city: City,
) -> None:
    long_ago = (system_clock() - timedelta(days=60)).date().isoformat()
    late = [session(id=f"late-{number}", day=long_ago) for number in range(3)]
    city.relay("events").start()
    volunteers = city.service("volunteers").start()
    tell(city, *(SessionScheduled(session=each, capacity=20) for each in late))
    duties = city.database("volunteers")["duties"]
    eventually(lambda: duties.count_documents({}) == len(late), within=30)
    volunteers.kill()
    city.service("volunteers").start()
    eventually(lambda: len(told(city)) == len(late), within=30)
    city.service("volunteers").start()
    eventually(lambda: duties.count_documents({"told_at": None}) == 0)
    assert sorted(told(city)) == [f"duty/{each.session_id}" for each in late]
