"""An item of a work list: open or done, by when, by whom, with what evidence, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from services.events.domain.broken import EvidenceNeeded, NothingToChange, ReasonNeeded

State = Literal["open", "done"]
TRACKED = ("category", "state", "due_on", "owner", "evidence")


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changed what and when: each field before and after (days as YYYY-MM-DD), and why when
    that was asked. `before` is empty when the item was new."""

    at: datetime
    by: str | None
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """`day` is the local day of its latest state; `owner` is a unit, not a person."""

    item_id: str
    programme: str
    item: str
    category: str
    state: State
    day: date
    due_on: date | None = None
    owner: str | None = None
    evidence: str | None = None
    changes: tuple[Change, ...] = ()

    def is_overdue(self, today: date) -> bool:
        """Still open after the last day to do it."""
        return self.state == "open" and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Whose hand it was, when, on which local day."""

    at: datetime
    day: date
    by: str | None = None


def recorded(new: WorkItem, before: WorkItem | None, hand: Hand, *,
             reason: str | None = None) -> WorkItem:
    """The item as it is told now, with its history; owner and evidence stay when not told, but
    evidence ends when it is open again. Raises ReasonNeeded when it was done and is told open."""
    if before is None:
        return _noted(new, {}, hand)
    opened = before.state == "done" and new.state == "open"
    if opened and not reason:
        raise ReasonNeeded
    kept = replace(
        new, item_id=before.item_id, owner=new.owner or before.owner, changes=before.changes,
        evidence=new.evidence if opened else new.evidence or before.evidence,
    )
    return _noted(kept, vars(before), hand, reason=reason)


def finished(item: WorkItem, evidence: str | None, hand: Hand) -> WorkItem:
    """The item done. Raises EvidenceNeeded, NothingToChange."""
    if item.state == "done":
        raise NothingToChange("done")
    if not evidence:
        raise EvidenceNeeded
    done = replace(item, state="done", evidence=evidence, day=hand.day)
    return _noted(done, vars(item), hand)


def reopened(item: WorkItem, reason: str | None, hand: Hand) -> WorkItem:
    """The item open again; its evidence stays in the history. Raises ReasonNeeded,
    NothingToChange."""
    if item.state == "open":
        raise NothingToChange("open")
    if not reason:
        raise ReasonNeeded
    again = replace(item, state="open", evidence=None, day=hand.day)
    return _noted(again, vars(item), hand, reason=reason)


def _noted(item: WorkItem, before: Mapping[str, Any], hand: Hand, *,
           reason: str | None = None) -> WorkItem:
    was = {name: _text(before[name]) for name in TRACKED if before}
    now = {name: _text(vars(item)[name]) for name in TRACKED}
    differ = [name for name in TRACKED if now[name] != was.get(name)]
    if not differ:
        return item
    change = Change(
        at=hand.at, by=hand.by, reason=reason,
        before={name: was[name] for name in differ if was},
        after={name: now[name] for name in differ},
    )
    return replace(item, changes=(*item.changes, change))


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value
