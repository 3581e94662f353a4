"""Lines that count now, and the entries of the ledger that record how they came to be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.session import SessionRef
from services.volunteers.domain.ruling import Level
from services.volunteers.domain.spans import Spans
from services.volunteers.domain.stays import Missing, Stay

Basis = Literal["scan", "gps", "organiser", "supplement", "import"]
State = Literal["credited", "held"]
Reason = Missing | Literal["over_daily_limit", "too_many_check_ins"]
Because = Literal["scans", "session_moved", "session_cancelled", "decision", "other_session"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one stay at one session is worth: credited minutes, or held ones (待核实, 待批准).

    `minutes` count; `withheld` are minutes that wait for the approval of `level` (C-09). `key`
    names the line within its session; `day` is the local day to which it belongs (C-44).
    """

    key: str
    day: str
    stay: Stay
    spans: Spans = ()
    minutes: int = 0
    withheld: int = 0
    basis: Basis = "scan"
    evidence: str = ""
    state: State = "credited"
    reason: Reason | None = None
    level: Level | None = None
    ruling_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Effective:
    """A line that counts, and the entry that entered it."""

    entry_id: str
    number: int
    line: Line


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a person's ledger, never changed (C-16).

    `number` counts 1, 2, 3 … per person; `minutes` are negative where it `reverses` another entry;
    `balance` is the sum up to here. `because` says what led to it, `actor` and `ruling_id` who
    decided it. `hash` covers everything above it and `previous`, the hash of the entry before.
    """

    entry_id: str
    person_ref: str
    number: int
    session: SessionRef
    stay: Stay
    spans: Spans = ()
    minutes: int = 0
    withheld: int = 0
    basis: Basis = "scan"
    evidence: str = ""
    state: State = "credited"
    reason: Reason | None = None
    level: Level | None = None
    reverses: str | None = None
    ruling_id: str | None = None
    actor: str | None = None
    decision: str | None = None
    because: Because = "scans"
    entered_at: datetime
    day: str
    balance: int = 0
    previous: str = ""
    hash: str = ""


def line_id(session_id: str, person_ref: str, key: str, generation: int) -> str:
    """The natural key of an entry that enters a line: the same however often it is computed, so
    that facts told again count once elsewhere. `generation` counts the times something of this
    attendance was reversed."""
    again = f" {generation}" if generation else ""
    return _short(f"{session_id} {person_ref} {key}{again}")


def reversal_id(entry_id: str) -> str:
    """The natural key of the one entry that reverses this one."""
    return _short(f"{entry_id} reversed")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
