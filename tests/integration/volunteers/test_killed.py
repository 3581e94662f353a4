"""The volunteers service is killed at every step while attendances are credited: C-13, C-16."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from contracts.event import Fact
from kernel.clock import FixedClock, system_clock
from kernel.mongo import ensure_indexes
from kernel.outbox import all_rows
from kernel.transaction import KERNEL_INDEXES, Transaction, Transactions
from ops.parts import Database
from services.volunteers.store import INDEXES
from services.volunteers.usecases import credit_hours
from services.volunteers.usecases.verifying import verify
from tests.rig.city import SECRETS
from tests.rig.fixtures import MakeRig
from tests.rig.rig import Rig
from tests.unit.volunteers.builders import at, came, told, visit
from tests.unit.volunteers.ledgers import app_on, effective, keys_told
from tests.waiting import eventually

STEPS = ("consume.before_work", "transaction.before_commit", "transaction.after_commit",
         "consume.after_work")
PEOPLE = 100


def shifts(attendances: int) -> Iterator[list[Fact]]:
    """Mornings of ninety minutes, each with everybody."""
    for number in range(attendances // PEOPLE):
        day = f"2026-{9 + number // 28:02d}-{1 + number % 28:02d}"
        yield [fact for who in range(PEOPLE)
               for fact in visit("07:30", "09:00", id=f"s{number}", who=f"p{who}", day=day)]


def tell(rig: Rig, attendances: int) -> None:
    database = rig.database("teller")
    ensure_indexes(database, KERNEL_INDEXES)
    transactions = Transactions(database, source="/xiangxin/events", clock=system_clock)
    for facts in shifts(attendances):

        def work(transaction: Transaction, facts: list[Fact] = facts) -> None:
            for fact in facts:
                transaction.emit(fact)

        transactions.run(work, within=60)


def credited_by_a_dying_service(rig: Rig, attendances: int, deaths: int) -> None:
    """All attendances are credited while the service dies at each step, so many times over."""
    database = rig.database("volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    tell(rig, attendances)
    rig.relay().start()
    service = rig.process("volunteers", "kernel.serve", "volunteers", environment=SECRETS)
    for step in STEPS * deaths:
        service.start(ready=False, CRASH_AT=step)
        service.has_crashed(within=90)
        rig.forget_abandoned_transactions()
    service.start(ready=False)
    minutes = attendances * 90
    eventually(lambda: sum(head["minutes"] for head in database["heads"].find()) == minutes,
               within=60 + attendances / 20, every=0.5)
    assert service.stop() == 0, service.output[-2000:]
    seen = verify(app_on(database))
    assert (seen.faults, seen.volunteers, seen.entries, seen.minutes) == (
        [], PEOPLE, attendances, minutes)
    told = Counter(row.key for row in all_rows(database) if row.subject.startswith("person/"))
    assert told == {"volunteers.hours_credited.v1": attendances}


def test_c_13_a_service_killed_at_every_step_credits_each_attendance_once(
    make_rig: MakeRig, own_database: Database
) -> None:
    credited_by_a_dying_service(make_rig(mongodb=own_database.uri), 400, deaths=1)


TIMER = """
import sys
from datetime import timedelta
from kernel.clock import FixedClock
from kernel.mongo import open_database
from tests.rig.where import Where
from services.volunteers.usecases.lapsing import hold_open_stays
from tests.unit.volunteers.builders import at
from tests.unit.volunteers.ledgers import app_on
database = open_database(Where(sys.argv[1], sys.argv[2]), "volunteers")
hold_open_stays(app_on(database, clock=FixedClock(at("23:00"))))
"""


def timer(rig: Rig, prefix: str, crash_at: str) -> int:
    """The exit status of a process that holds what is open and dies on its way, or not."""
    done = subprocess.run([sys.executable, "-c", TIMER, rig.mongodb_uri, prefix],
                          env={**os.environ, "CRASH_AT": crash_at, "PYTHONPATH": os.getcwd()},
                          timeout=120, check=False)
    rig.forget_abandoned_transactions()
    return done.returncode


def test_c_05_a_timer_killed_at_its_commit_holds_each_open_stay_once(
    make_rig: MakeRig, own_database: Database
) -> None:
    rig = make_rig(mongodb=own_database.uri)
    database = rig.database("volunteers")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    app = app_on(database, clock=FixedClock(at("07:20")))
    people = [f"p{number}" for number in range(5)]
    credit_hours(app, told(*(came(at("07:20"), who=who) for who in people)))
    prefix = database.name.removesuffix("volunteers")
    deaths = ("transaction.before_commit", "transaction.after_commit", "")
    assert [timer(rig, prefix, each) for each in deaths] == [137, 137, 0]
    assert [line[4] for who in people for line in effective(app, who)] == (
        ["missing_check_out"] * len(people))
    assert keys_told(app) == Counter({"volunteers.hours_held.v1": len(people)})
    assert verify(app).faults == []


@pytest.mark.chaos
def test_c_13_ten_thousand_attendances_and_twelve_deaths(
    make_rig: MakeRig, own_database: Database
) -> None:
    credited_by_a_dying_service(make_rig(mongodb=own_database.uri), 10_000, deaths=3)
