"""A correction that was approved is told once: the decision with the hours that count now (C-18).

The ledger tells the change of hours and the decision as two facts of one transaction, which come
in any order. The message about the decision says both, so the other one is not sent; it waits a
moment for the decision, for a change may also come from nobody's request.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from contracts.event import Fact
from contracts.volunteers import HoursCorrected, HoursCredited
from contracts.volunteers_corrections import CorrectionDecided
from services.notifications.domain.life import settle
from services.notifications.domain.message import UNSENT, Message
from services.notifications.domain.notice import DECIDED
from services.notifications.domain.registration import Weighed

SAID = "said_with_decision"


def matter_of(fact: Fact, told_at: datetime) -> str | None:
    """What a decision and the hours that it changed have in common: session, person, moment."""
    match fact:
        case CorrectionDecided(outcome="approved") | HoursCorrected(reason="decision"):
            pass
        case HoursCredited(basis=basis) if basis in DECIDED:
            pass
        case _:
            return None
    return f"{fact.session.session_id} {fact.person_ref} {told_at.isoformat()}"


def waits_for_decision(message: Message) -> bool:
    """Whether the message may turn out to be part of a decision."""
    return message.matter is not None and message.purpose != "correction_approved"


def joined(new: Iterable[Message], earlier: Iterable[Message]) -> Weighed:
    """The new messages, and the ids of earlier ones, without those that a decision says as well.
    A change that has left already is followed by its decision: both outcomes are told."""
    new, earlier = list(new), list(earlier)
    decided = {
        message.matter for message in (*new, *earlier)
        if message.matter and message.purpose == "correction_approved"
    }

    def is_said(message: Message) -> bool:
        return waits_for_decision(message) and message.matter in decided

    return Weighed(
        new=[settle(each, "suppressed", SAID) if is_said(each) and each.state in UNSENT else each
             for each in new],
        stale=[each.message_id for each in earlier if is_said(each) and each.state in UNSENT],
    )
