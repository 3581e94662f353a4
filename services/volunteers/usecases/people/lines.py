"""A new line of a volunteer's records, as of the transaction that adds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.records import Kind, Record


def new_record(volunteer_no: str, kind: Kind, values: Mapping[str, Any], acting: Acting,
               transaction: Transaction, *, evidence: str | None = None,
               of: str | None = None) -> Record:
    """Written by whoever acts, now; not kept yet."""
    return Record(
        record_id=transaction.new_id(), volunteer_no=volunteer_no, kind=kind, at=transaction.now,
        by=acting.actor, evidence=evidence, of=of, values=values,
    )
