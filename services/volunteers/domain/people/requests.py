"""What is asked for and decided by other eyes: a way back to an account, a look at a minor,
another name or telephone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import AlreadyDecided

RequestKind = Literal["recovery", "read", "amendment"]
RequestState = Literal["pending", "approved", "refused"]  # 待审、通过、驳回


@dataclass(frozen=True, kw_only=True)
class Request:
    """`volunteer_no` of a recovery is None until it is approved: the request itself tells nobody
    whether there is such a volunteer. `until`: how long an approved look may be taken."""

    request_id: str
    kind: RequestKind
    asked_by: str
    asked_at: datetime
    reason: str
    volunteer_no: str | None = None
    document_digest: str | None = None
    person_ref: str | None = None
    state: RequestState = "pending"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None
    until: datetime | None = None


def decide(request: Request, *, approve: bool, reason: str, acting: Acting,
           concerned: tuple[str, ...], now: datetime, lasts: timedelta | None = None) -> Request:
    """The request after a decision. Raises AlreadyDecided, SelfMade, SelfConcerned
    (C-17)."""
    if request.state != "pending":
        raise AlreadyDecided
    check_eyes(acting, maker=Acting(actor=request.asked_by), concerned=concerned)
    return replace(
        request, state="approved" if approve else "refused", decided_by=acting.actor,
        decided_at=now, decision_reason=reason, until=now + lasts if approve and lasts else None,
    )


def opens(request: Request | None, acting: Acting, volunteer_no: str, now: datetime) -> bool:
    """Whether this ticket lets this member of staff look at this volunteer now (C-28)."""
    return (
        request is not None and request.kind == "read" and request.state == "approved"
        and request.asked_by == acting.actor and request.volunteer_no == volunteer_no
        and request.until is not None and now < request.until
    )
