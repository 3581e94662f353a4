"""Records that need no sign-up: visits, redemptions, work items; one fact each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.event import Fact
from contracts.events import RedemptionRecorded, VisitRecorded, WorkItemRecorded
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import WrongKind
from services.events.usecases.application import Events

Record = Mapping[str, Any]


def record_visit(app: Events, programme: str, record: Record, *,
                 once: Once | None = None) -> Answer:
    """A household was visited (慰问). Raises UnknownProgramme, WrongKind."""

    def keep(transaction: Transaction, visit_id: str) -> Fact:
        document = {**record, "programme": programme, "day": record["day"].isoformat()}
        app.store.records.add("visits", visit_id, document, within=transaction)
        return VisitRecorded(
            visit_id=visit_id, programme=programme, street=record["street"],
            household_ref=record["household_ref"], day=record["day"],
        )

    return _record(app, programme, kind="visit", keep=keep, once=once)


def record_redemption(app: Events, programme: str, record: Record, *,
                      once: Once | None = None) -> Answer:
    """A benefit was taken at a window. Raises UnknownProgramme, WrongKind."""

    def keep(transaction: Transaction, redemption_id: str) -> Fact:
        document = {**record, "programme": programme}
        app.store.records.add("redemptions", redemption_id, document, within=transaction)
        return RedemptionRecorded(
            redemption_id=redemption_id, programme=programme, window=record["window"],
            street=record["street"], person_ref=record["person_ref"], at=record["at"],
        )

    return _record(app, programme, kind="benefit", keep=keep, once=once)


def record_work_item(app: Events, programme: str, record: Record, *,
                     once: Once | None = None) -> Answer:
    """An item of a work list as it stands; the same item again updates it.

    Raises UnknownProgramme, WrongKind.
    """

    def keep(transaction: Transaction, new_id: str) -> Fact:
        due_on = record.get("due_on")
        document = {
            **record, "programme": programme, "day": record["day"].isoformat(),
            "due_on": due_on and due_on.isoformat(),
        }
        item_id = app.store.records.keep_work_item(new_id, document, within=transaction)
        return WorkItemRecorded(
            item_id=item_id, programme=programme, category=record["category"],
            state=record["state"], due_on=due_on, day=record["day"],
        )

    return _record(app, programme, kind="worklist", keep=keep, once=once)


def _record(app: Events, programme: str, *, kind: str,
            keep: Callable[[Transaction, str], Fact], once: Once | None) -> Answer:
    def work(transaction: Transaction) -> Answer:
        found = app.store.programmes.one(programme, within=transaction)
        if found["kind"] != kind:
            raise WrongKind(programme, kind=found["kind"], needed=kind)
        fact = keep(transaction, transaction.new_id())
        transaction.emit(fact)
        return {"id": fact.subject().partition("/")[2]}

    return app.write(once, work)
