"""What is recorded of a volunteer beside hours, append-only: training, honours, ratings, papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["training", "honour", "rating", "qualification", "insurance", "skills", "consent",
               "verification", "withdrawal", "guardian_consent", "guardian_withdrawal"]
Standing = Literal["unverified", "valid", "expired", "uninsured", "withdrawn"]
NEEDS_EYES = frozenset({"qualification", "insurance"})
SHOWN: tuple[Kind, ...] = ("training", "honour", "rating", "qualification", "insurance")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One line, never changed: who wrote it, when, on what evidence. `values` by its kind;
    `of` is the line that a verification or a withdrawal is about. Days are ISO text. `serial`
    counts the volunteer's lines from 1, in the order in which they were kept."""

    record_id: str
    volunteer_no: str
    kind: Kind
    at: datetime
    by: str
    evidence: str | None = None
    of: str | None = None
    values: Mapping[str, Any]
    serial: int = 0


@dataclass(frozen=True, kw_only=True)
class Known:
    """A record with what became of it."""

    record: Record
    verified: Record | None = None
    withdrawn: Record | None = None


def known(records: Iterable[Record]) -> list[Known]:
    """Lines of the shown kinds with their verification and withdrawal, earliest first."""
    lines = sorted(records, key=lambda each: each.serial)
    about: dict[tuple[str, str], Record] = {}
    for line in lines:
        if line.of is not None:
            about.setdefault((line.kind, line.of), line)
    return [
        Known(record=line, verified=about.get(("verification", line.record_id)),
              withdrawn=about.get(("withdrawal", line.record_id)))
        for line in lines if line.kind in SHOWN
    ]


def held(lines: Sequence[Known], day: date, *, dangerous: frozenset[str],
         adult: bool) -> dict[str, date | None]:
    """The qualifications that hold on the local day, each with its last day (None: no end).

    One of a dangerous post holds for an adult only, and only while insured (C-26).
    """
    insured = insured_until(lines, day)
    found: dict[str, date | None] = {}
    for line in lines:
        if line.record.kind != "qualification" or not _is_valid(line, day):
            continue
        key, last = line.record.values["key"], _day(line, "valid_until")
        if key in dangerous:
            if insured is None or not adult:
                continue
            last = insured if last is None else min(last, insured)
        found[key] = _later(found[key], last) if key in found else last
    return found


def insured_until(lines: Sequence[Known], day: date) -> date | None:
    """The last day of the insurances that hold on the day; None when there is none."""
    ends = [_day(line, "valid_until") for line in lines
            if line.record.kind == "insurance" and _is_valid(line, day)]
    return max((end for end in ends if end is not None), default=None)


def standing(line: Known, day: date, *, held: Mapping[str, date | None]) -> Standing:
    """What is to be answered of a qualification or an insurance on the local day."""
    if line.withdrawn is not None:
        return "withdrawn"
    if line.verified is None:
        return "unverified"
    if not _is_valid(line, day):
        return "expired"
    is_held = line.record.kind != "qualification" or line.record.values["key"] in held
    return "valid" if is_held else "uninsured"


def _is_valid(line: Known, day: date) -> bool:
    if line.verified is None or line.withdrawn is not None:
        return False
    first, last = _day(line, "valid_from"), _day(line, "valid_until")
    return (first is None or first <= day) and (last is None or day <= last)


def _day(line: Known, name: str) -> date | None:
    written = line.record.values.get(name)
    return date.fromisoformat(written) if written else None


def _later(one: date | None, other: date | None) -> date | None:
    """The later end; None is no end."""
    return None if one is None or other is None else max(one, other)
