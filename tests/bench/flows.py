"""The queues of the benches and what is told on them."""

from __future__ import annotations

import secrets
from datetime import date

from contracts.events import VisitRecorded
from kernel.topology import Flow

RELAYED = Flow(queue="bench.relayed", facts=(VisitRecorded.key,))
COUNTED = Flow(queue="bench.counted", facts=(), batch=200)
KEPT = Flow(queue="bench.kept", facts=(), batch=200)


def visit(number: int) -> VisitRecorded:
    return VisitRecorded(
        visit_id=f"bench{number}",
        programme="youth-night",
        street="大鹏",
        household_ref=secrets.token_hex(8),
        day=date(2021, 9, 1),
    )
