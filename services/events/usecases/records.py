"""Records that need no sign-up: visits, redemptions, work items; one fact each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.event import Fact
from contracts.events import RedemptionRecorded, VisitRecorded, WorkItemRecorded
from kernel.answers import Answer, Once
from kernel.clock import SHANGHAI, local_day
from kernel.rights import ALL, Scope
from kernel.transaction import Transaction
from services.events.domain import broken
from services.events.domain.programme import Programme
from services.events.domain.work_item import Hand, WorkItem, recorded
from services.events.usecases.application import Events
from services.events.usecases.programmes import programme_of_kind

Record = Mapping[str, Any]
Keep = Callable[[Transaction, Programme, str], Fact]


def record_visit(app: Events, programme: str, record: Record, *,
                 once: Once | None = None) -> Answer:
    """A household was visited (慰问). `record`: {household_ref, street, day, goods?: [{name,
    quantity}], visited_by?}. Raises UnknownProgramme, WrongKind."""

    def keep(transaction: Transaction, _: Programme, visit_id: str) -> Fact:
        document = {**record, "programme": programme, "day": record["day"].isoformat(),
                    "recorded_at": transaction.now}
        app.store.records.add("visits", visit_id, document, within=transaction)
        return VisitRecorded(
            visit_id=visit_id, programme=programme, street=record["street"],
            household_ref=record["household_ref"], day=record["day"],
        )

    return _record(app, programme, kind="visit", keep=keep, once=once)


def record_redemption(app: Events, programme: str, record: Record, *,
                      once: Once | None = None) -> Answer:
    """A benefit was taken at a window. `record`: {person_ref, window, street, at}.

    What the programme's file does not say is not checked. Raises UnknownProgramme, WrongKind,
    UnknownWindow, NotEntitled, DailyLimitReached, WindowLimitReached; days are those of `at` in
    Asia/Shanghai. The limits hold under any number of calls at once: each use takes a number.
    """

    def keep(transaction: Transaction, found: Programme, redemption_id: str) -> Fact:
        _check_redemption(app, found, record, transaction)
        document = {**record, "programme": programme}
        app.store.records.add("redemptions", redemption_id, document, within=transaction)
        return RedemptionRecorded(
            redemption_id=redemption_id, programme=programme, window=record["window"],
            street=record["street"], person_ref=record["person_ref"], at=record["at"],
        )

    return _record(app, programme, kind="benefit", keep=keep, once=once)


def record_work_item(app: Events, programme: str, record: Record, *, new: bool = False,
                     once: Once | None = None) -> Answer:
    """An item of a work list as it stands; the same item again updates it, unless it must be
    `new`.

    `record`: {item, category, state, day, due_on?, owner?, evidence?, reason?, by?}; owner and
    evidence stay as they were when not told. Raises UnknownProgramme, WrongKind, UnknownCategory,
    AlreadyListed, and ReasonNeeded for an item that was done and is told as open.
    """

    def keep(transaction: Transaction, found: Programme, new_id: str) -> Fact:
        if found.categories and record["category"] not in found.categories:
            raise broken.UnknownCategory(record["category"], known=found.categories)
        before = app.store.work_items.named(programme, record["item"], within=transaction)
        if new and before is not None:
            raise broken.AlreadyListed(record["item"])
        told = WorkItem(
            item_id=new_id, programme=programme, item=record["item"],
            category=record["category"], state=record["state"], day=record["day"],
            due_on=record.get("due_on"), owner=record.get("owner"),
            evidence=record.get("evidence"),
        )
        hand = Hand(at=transaction.now, day=record["day"], by=record.get("by"))
        item = recorded(told, before, hand, reason=record.get("reason"))
        if before is None:
            app.store.work_items.add(item, within=transaction)
        else:
            app.store.work_items.change(before, item, within=transaction)
        return work_item_told(item)

    return _record(app, programme, kind="worklist", keep=keep, once=once)


def work_item_told(item: WorkItem) -> WorkItemRecorded:
    """The item as others hear of it: without owner and evidence, which may name people."""
    return WorkItemRecorded(
        item_id=item.item_id, programme=item.programme, category=item.category,
        state=item.state, due_on=item.due_on, day=item.day,
    )


def list_visits(app: Events, programme: str, *, first_day: date | None = None,
                last_day: date | None = None, limits: Scope = ALL) -> list[dict[str, Any]]:
    """Visits on the days, both inclusive, in the streets that the limits leave, the latest first.
    Raises UnknownProgramme, WrongKind."""
    programme_of_kind(app, programme, "visit")
    return app.store.records.visits(programme, first_day=first_day, last_day=last_day,
                                    limits=limits)


def list_redemptions(app: Events, programme: str, *, first_day: date | None = None,
                     last_day: date | None = None, limits: Scope = ALL) -> list[dict[str, Any]]:
    """Redemptions on the local days, both inclusive, in the streets that the limits leave, the
    latest first. Raises UnknownProgramme, WrongKind."""
    programme_of_kind(app, programme, "benefit")
    return app.store.records.redemptions(
        programme, since=_midnight(first_day) if first_day else None,
        until=_midnight(last_day + timedelta(days=1)) if last_day else None, limits=limits,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _check_redemption(app: Events, found: Programme, record: Record,
                      transaction: Transaction) -> None:
    window, person_ref, day = record["window"], record["person_ref"], local_day(record["at"])
    if found.windows and found.window(window) is None:
        raise broken.UnknownWindow(window, known=[each.key for each in found.windows])
    if found.entitled:
        entitlement = app.store.entitlements.of_person(found.key, person_ref, within=transaction)
        if entitlement is None or not entitlement.holds_on(day):
            raise broken.NotEntitled(person_ref)
    key = f"{found.key}/{person_ref}/{day.isoformat()}"
    if (most := found.per_day) and not app.store.uses.take(key, limit=most, within=transaction):
        raise broken.DailyLimitReached(most)
    most, key = found.per_window_per_day, f"{key}/{window}"
    if most and not app.store.uses.take(key, limit=most, within=transaction):
        raise broken.WindowLimitReached(most)


def _record(app: Events, programme: str, *, kind: str, keep: Keep, once: Once | None) -> Answer:
    def work(transaction: Transaction) -> Answer:
        found = programme_of_kind(app, programme, kind, within=transaction)
        fact = keep(transaction, found, transaction.new_id())
        transaction.emit(fact)
        return {"id": fact.subject().partition("/")[2]}

    return app.transactions.write(once, work)
