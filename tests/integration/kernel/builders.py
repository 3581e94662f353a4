"""Facts, envelopes and transactions made short for the kernel's tests; the people are invented."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from pymongo.database import Database

from contracts.events import ContactRecorded, VisitRecorded
from kernel.clock import FixedClock, new_id
from kernel.envelope import Envelope, wrap
from kernel.outbox import all_rows, opened
from kernel.transaction import Transaction, Transactions
from kernel.vault import MemoryVault, Sealing

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


def visit(visit_id: str = "v1") -> VisitRecorded:
    return VisitRecorded(
        visit_id=visit_id,
        programme="test-programme",
        street="test-street",
        household_ref="h1",
        day=date(2021, 9, 1),
    )


def contact(person_ref: str = "p1") -> ContactRecorded:
    return ContactRecorded(person_ref=person_ref, name="测试甲", phone="13900000001")


def heard(visit_id: str = "v1", *, sequence: int = 1) -> Envelope:
    """A fact as another service told it."""
    return wrap(visit(visit_id), id=new_id(), source="/other", sequence=sequence, time=NOON)


def transactions(
    database: Database[dict[str, Any]], *, vault: Sealing | None = None, deadline: float = 5.0
) -> Transactions:
    clock = FixedClock(NOON)
    vault = vault or MemoryVault()
    return Transactions(database, source="/tests", clock=clock, vault=vault, deadline=deadline)


def keep(transaction: Transaction, database: Database[dict[str, Any]], name: str) -> None:
    """One document, which may be kept only once."""
    database["things"].insert_one({"_id": name}, session=transaction.session)


def emit(transaction: Transaction, *visit_ids: str) -> None:
    for visit_id in visit_ids:
        transaction.emit(visit(visit_id))


def kept(database: Database[dict[str, Any]]) -> set[str]:
    return {thing["_id"] for thing in database["things"].find()}


def told(database: Database[dict[str, Any]], vault: Sealing | None = None) -> list[dict[str, Any]]:
    """The envelopes in the outbox, as JSON says them."""
    return [json.loads(opened(row, vault)) for row in all_rows(database)]


def numbers(database: Database[dict[str, Any]]) -> dict[str, list[int]]:
    """The sequences in the outbox by subject, sorted."""
    found: dict[str, list[int]] = {}
    for row in all_rows(database):
        found.setdefault(row.subject, []).append(row.sequence)
    return {subject: sorted(sequences) for subject, sequences in found.items()}


def repeated(database: Database[dict[str, Any]]) -> list[str]:
    """Ids that stand in the outbox more than once."""
    return [id for id, count in Counter(row.id for row in all_rows(database)).items() if count > 1]
