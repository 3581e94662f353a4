"""What is asked for and decided by other eyes: a way back to an account, a look at a minor,
another name or telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kernel.asking import Asked, decided
from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import AlreadyDecided

RequestKind = Literal["recovery", "read", "amendment"]


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    """`volunteer_no` of a recovery is None until it is approved: the request itself tells nobody
    whether there is such a volunteer."""

    kind: RequestKind
    volunteer_no: str | None = None
    document_digest: str | None = None
    person_ref: str | None = None


def decide(request: Request, *, approve: bool, reason: str, acting: Acting,
           concerned: tuple[str, ...], now: datetime, lasts: timedelta | None = None) -> Request:
    """The request after a decision. Raises AlreadyDecided, SelfMade, SelfConcerned
    (C-17)."""
    if request.state != "pending":
        raise AlreadyDecided
    check_eyes(acting, maker=Acting(actor=request.asked_by), concerned=concerned)
    return decided(request, approve=approve, reason=reason, by=acting.actor, now=now, lasts=lasts)


def opens(request: Request | None, acting: Acting, volunteer_no: str, now: datetime) -> bool:
    """Whether this ticket lets this member of staff look at this volunteer now (C-28)."""
    return (request is not None and request.kind == "read"
            and request.volunteer_no == volunteer_no and request.holds(acting.actor, now))
