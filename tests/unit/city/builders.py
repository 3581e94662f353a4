"""Invented facts in their envelopes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kernel.envelope import Envelope, wrap
from services.city.store.feed import Published
from tests.rig.facts import visit

NOW = datetime(2021, 9, 30, 4, tzinfo=UTC)


def told(name: str, sequence: int = 1, **changed: Any) -> Envelope:
    """A visit as the relay brings it."""
    envelope = wrap(visit(name), id=f"id-{name}-{sequence}", source="/xiangxin/events",
                    sequence=sequence, time=NOW)
    return replace(envelope, **changed)


def published(name: str, key: str = "events.visit_recorded.v1") -> Published:
    return Published(id=f"id-{name}", key=key, subject=f"visit/{name}", source="/xiangxin/events",
                     sequence=1, body="{}")
