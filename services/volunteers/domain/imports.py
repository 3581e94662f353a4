"""Earlier records (以往记录): rows of a sheet that become rulings, each with its natural key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.session import SessionRef
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import TitleSaysSupplement
from services.volunteers.domain.correction import SUPPLEMENT, check_served
from services.volunteers.domain.ruling import Ruling

Verdict = Literal["new", "there", "differs", "entered", "left"]
State = Literal["waiting", "approved", "refused", "done"]
KIND = "shift"  # what a row describes is voluntary service (C-12): other columns say nothing else


@dataclass(frozen=True, kw_only=True)
class Described:
    """A session as a row describes it: project (项目), name, street and time."""

    programme: str
    title: str
    street: str
    starts_at: datetime
    ends_at: datetime

    def session(self, session_id: str | None = None) -> SessionRef:
        """The session; without a number of its own, rows that describe it alike mean the same."""
        of_activity = _digest(self.programme, self.title)
        made = _digest(self.programme, self.title, self.street, self.starts_at.isoformat(),
                       self.ends_at.isoformat())
        return SessionRef(
            session_id=session_id or f"import-{made}", activity_id=f"import-{of_activity}",
            programme=self.programme, kind=KIND, street=self.street, title=self.title,
            starts_at=self.starts_at, ends_at=self.ends_at,
        )

    def is_at_the_time_of(self, session: SessionRef) -> bool:
        """Whether a session that is known by its number is the one that the row means."""
        return (self.starts_at, self.ends_at) == (session.starts_at, session.ends_at)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it was read: who, by reference or by volunteer's number; which session, by its
    number or described; for how many minutes, on what evidence, recorded by which unit."""

    line: int
    person_ref: str | None = None
    volunteer_no: str | None = None
    session_id: str | None = None
    described: Described | None = None
    minutes: int
    evidence: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """A row whose person and session are known."""

    line: int
    person_ref: str
    session: SessionRef
    minutes: int
    evidence: str
    unit: str

    @property
    def key(self) -> str:
        """The same for the same row in whatever file: who, where, how long."""
        return f"import/{_digest(self.person_ref, self.session.session_id, self.minutes)}"

    def ruling(self, import_id: str, *, actor: str, now: datetime) -> Ruling:
        """What the row says, as a decision; its evidence is the file and the line (C-04)."""
        return Ruling(
            ruling_id=self.key, person_ref=self.person_ref, session=self.session, basis="import",
            evidence=f"import/{import_id}/{self.line}", actor=actor, decided_at=now,
            reason=f"{self.evidence}（记录单位：{self.unit}）", minutes=self.minutes,
        )


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What a row comes to: `counts` minutes count at the session then, `withheld` wait for the
    day's approval (C-09), `overlap` are minutes of it that count elsewhere already (C-07). Once it
    was approved it is entered, or left for a `reason`: the ledger went on since it was checked."""

    record: Record
    verdict: Verdict
    counts: int = 0
    withheld: int = 0
    overlap: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A sheet that was checked as a whole and waits for somebody else's word (C-17), then is
    entered batch by batch.

    `new` rows are to be entered, `there` were in the ledger; `batches` hold them in order, of which
    `entered` are dealt with. `minutes` is what was reckoned to count when it was checked,
    `entered_minutes` what does of the rows entered so far, `left` how many could not be entered.
    `stepped_at` is when a batch was entered last.
    """

    import_id: str
    maker: Acting
    made_at: datetime
    rows: int
    new: int
    there: int
    minutes: int
    batches: int
    state: State = "waiting"
    entered: int = 0
    entered_minutes: int = 0
    left: int = 0
    checker: Acting | None = None
    reason: str | None = None
    decided_at: datetime | None = None
    stepped_at: datetime | None = None
    done_at: datetime | None = None


def check_record(record: Record, now: datetime) -> None:
    """Raises TitleSaysSupplement (C-20), LongerThanSession, NoVoluntaryService (C-12),
    NotServedYet (C-03)."""
    if SUPPLEMENT in (record.session.title or ""):
        raise TitleSaysSupplement
    check_served(record.ruling("", actor="", now=now), record.session, now)


def _digest(*values: Any) -> str:
    text = json.dumps(values, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
