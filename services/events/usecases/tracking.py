"""Items of a work list: setting them done with evidence, opening them again, finding them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel.answers import Answer, Once
from kernel.clock import local_day
from kernel.transaction import Transaction
from services.events.domain.work_item import Hand, WorkItem, finished, reopened
from services.events.usecases.application import Events
from services.events.usecases.programmes import programme_of_kind
from services.events.usecases.records import work_item_told


def finish(app: Events, programme: str, item_id: str, *, evidence: str | None,
           by: str | None = None, once: Once | None = None) -> Answer:
    """The item is done today; told. Raises UnknownProgramme, WrongKind, UnknownWorkItem,
    EvidenceNeeded, NothingToChange."""
    return _change(app, programme, item_id, by, once, lambda i, hand: finished(i, evidence, hand))


def reopen(app: Events, programme: str, item_id: str, *, reason: str | None,
           by: str | None = None, once: Once | None = None) -> Answer:
    """The item is open again; told. Raises UnknownProgramme, WrongKind, UnknownWorkItem,
    ReasonNeeded, NothingToChange."""
    return _change(app, programme, item_id, by, once, lambda i, hand: reopened(i, reason, hand))


def list_work_items(app: Events, programme: str, *, state: str | None = None,
                    owner: str | None = None, overdue: bool | None = None) -> list[dict[str, Any]]:
    """The items as `item_shown` gives them: the overdue ones first, then by due date. With
    `overdue` only those that are, or are not. Raises UnknownProgramme, WrongKind."""
    programme_of_kind(app, programme, "worklist")
    today = local_day(app.clock())
    found = app.store.work_items.listed(
        programme, state=state, owner=owner, overdue_on=today if overdue else None
    )
    shown = [_shown(app, item) for item in found]
    if overdue is False:
        shown = [item for item in shown if not item["overdue"]]
    return sorted(shown, key=lambda item: not item["overdue"])


def one_work_item(app: Events, programme: str, item_id: str) -> dict[str, Any]:
    """The item with its history. Raises UnknownProgramme, WrongKind, UnknownWorkItem."""
    programme_of_kind(app, programme, "worklist")
    return _shown(app, app.store.work_items.one(programme, item_id))


def _shown(app: Events, item: WorkItem) -> dict[str, Any]:
    """The item's fields under `id`, and whether it is overdue today in Asia/Shanghai."""
    overdue = item.is_overdue(local_day(app.clock()))
    return {"id": item.item_id, **vars(item), "overdue": overdue}


def _change(app: Events, programme: str, item_id: str, by: str | None, once: Once | None,
            decide: Callable[[WorkItem, Hand], WorkItem]) -> Answer:
    def work(transaction: Transaction) -> Answer:
        programme_of_kind(app, programme, "worklist", within=transaction)
        before = app.store.work_items.one(programme, item_id, within=transaction)
        hand = Hand(at=transaction.now, day=local_day(transaction.now), by=by)
        after = decide(before, hand)
        app.store.work_items.change(before, after, within=transaction)
        transaction.emit(work_item_told(after))
        return {"id": item_id, "state": after.state}

    return app.transactions.write(once, work)
