"""Requests (申请): a correction (更正) of what stands, or a missing record (补录), and its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from contracts.session import SessionRef
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import (
    AlreadyDecided,
    EvidenceNeeded,
    MoreThanAsked,
    NotServedYet,
    OutsideSession,
    TitleSaysSupplement,
)
from services.volunteers.domain.entry import Basis, Entry, Reason
from services.volunteers.domain.entry import State as LineState
from services.volunteers.domain.ruling import Ruling, RulingBasis, check
from services.volunteers.domain.spans import Span, Spans, divided, minutes

Kind = Literal["correction", "missing"]
State = Literal["pending", "approved", "refused"]  # 待审, 通过, 驳回
SUPPLEMENT = "补录"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to stand for the whole session: the time served, or only how many minutes."""

    span: Span | None = None
    minutes: int | None = None

    def served(self, session: SessionRef) -> Spans:
        """As time; minutes begin with the session."""
        if self.span:
            return (self.span,)
        end = session.starts_at + timedelta(minutes=self.minutes or 0)
        return (Span(session.starts_at, end),) if self.minutes else ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A line of the ledger as it stood before a decision, or after it (C-16)."""

    entry_id: str
    minutes: int
    withheld: int
    basis: Basis
    state: LineState
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was decided, by whom and why; `minutes` is what was granted, `after` what stands."""

    by: Acting
    reason: str
    decided_at: datetime
    minutes: int = 0
    after: tuple[Standing, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A request. `entry_id` is the entry that a correction is about, `before` all lines of the
    person at the session when it was made; an approved one replaces them together. `reason` and
    `evidence` stay inside: they are never told in a fact."""

    correction_id: str
    kind: Kind
    person_ref: str
    session: SessionRef
    wanted: Wanted
    reason: str
    evidence: str
    made_by: Acting
    made_at: datetime
    entry_id: str | None = None
    basis: RulingBasis = "organiser"
    before: tuple[Standing, ...] = ()
    state: State = "pending"
    verdict: Verdict | None = None

    @property
    def asked(self) -> int:
        """Whole minutes asked for."""
        return minutes(self.wanted.served(self.session))

    @property
    def stood(self) -> int:
        """Minutes that counted when it was made."""
        return sum(each.minutes for each in self.before)


def standing(lines: Iterable[Entry]) -> tuple[Standing, ...]:
    """The lines, as requests keep them."""
    return tuple(
        Standing(entry_id=each.entry_id, minutes=each.minutes, withheld=each.withheld,
                 basis=each.basis, state=each.state, reason=each.reason)
        for each in lines
    )


def basis_of(kind: Kind, lines: Iterable[Entry]) -> RulingBasis:
    """What the corrected line rests on: what was entered later or imported stays so (C-04)."""
    if kind == "missing":
        return "supplement"
    for line in lines:
        if line.basis in ("supplement", "import"):
            return line.basis
    return "organiser"


def check_request(correction: Correction, session: SessionRef, now: datetime) -> None:
    """What can be said of a request before anybody decides; the same is asked again then.

    Raises EvidenceNeeded and TitleSaysSupplement for a missing record (C-20), and what
    `check_served` raises.
    """
    if correction.kind == "missing":
        if not correction.evidence:
            raise EvidenceNeeded
        if SUPPLEMENT in (session.title or ""):
            raise TitleSaysSupplement
    draft = _ruling(correction, session, correction.asked, correction.made_by, "", now)
    check_served(draft, session, now)


def check_served(ruling: Ruling, session: SessionRef, now: datetime) -> None:
    """Raises what `check` raises, OutsideSession (C-01), and NotServedYet (C-03)."""
    check(ruling, session)
    served = ruling.served(session.starts_at)
    if any(span.start < session.starts_at or span.end > session.ends_at for span in served):
        raise OutsideSession
    if session.starts_at > now or any(span.end > now for span in served):
        raise NotServedYet


def ruling_of(correction: Correction, session: SessionRef, *, granted: int | None, by: Acting,
              reason: str, now: datetime) -> Ruling:
    """The ruling that approves the request (C-16); `granted` minutes, all that was asked for
    without it. Raises MoreThanAsked."""
    asked = correction.asked
    if granted is not None and granted > asked:
        raise MoreThanAsked(granted, asked=asked)
    return _ruling(correction, session, asked if granted is None else granted, by, reason, now)


def _ruling(correction: Correction, session: SessionRef, granted: int, by: Acting, reason: str,
            now: datetime) -> Ruling:
    wanted = correction.wanted
    first, _ = divided(wanted.served(session), granted)
    is_whole = granted == correction.asked
    spans = wanted.served(session) if is_whole and wanted.span else first
    return Ruling(
        ruling_id=correction.correction_id, person_ref=correction.person_ref, session=session,
        basis=correction.basis, reason=reason, actor=by.actor, decided_at=now,
        evidence=correction.evidence or f"correction/{correction.correction_id}",
        spans=spans if wanted.span else (), minutes=None if wanted.span else granted,
    )


def decided(correction: Correction, state: State, verdict: Verdict) -> Correction:
    """The request at its end. Raises AlreadyDecided."""
    if correction.state != "pending":
        raise AlreadyDecided
    return replace(correction, state=state, verdict=verdict)
