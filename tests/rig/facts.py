"""Invented facts for the rig."""

from __future__ import annotations

from datetime import date

from contracts.events import VisitRecorded, WorkItemRecorded

DAY = date(2021, 9, 30)


def visit(visit_id: str, programme: str = "sound") -> VisitRecorded:
    """A visit; the programme decides how the ledger takes it."""
    return VisitRecorded(
        visit_id=visit_id,
        programme=programme,
        street="invented street",
        household_ref=f"household-{visit_id}",
        day=DAY,
    )


def work_item(item_id: str) -> WorkItemRecorded:
    """An item that is done."""
    return WorkItemRecorded(
        item_id=item_id, programme="sound", category="invented", state="done", due_on=None, day=DAY
    )
