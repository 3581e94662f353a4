"""What doors answer of requests: who acted for staff only, texts for whom they are."""

from __future__ import annotations

from typing import Any

from kernel.web import Call
from services.volunteers.domain.correction import Correction
from services.volunteers.usecases.waiting import Asked


def asked_answer(asked: Asked, call: Call, *, is_listed: bool) -> dict[str, Any]:
    """A request as the caller may see it; by its own id it is open, as the id is the key to it."""
    correction = asked.correction
    shown = _facts(correction) | _deadline(asked)
    if not is_listed or call.confidential or not correction.session.confidential:
        shown |= _texts(correction)
    return shown | _people(correction) if call.staff else shown


def _facts(correction: Correction) -> dict[str, Any]:
    verdict = correction.verdict
    return {
        **{name: getattr(correction, name) for name in (
            "correction_id", "kind", "state", "person_ref", "entry_id", "asked", "stood",
            "before", "made_at",
        )},
        "session_id": correction.session.session_id,
        "after": verdict.after if verdict else [],
        "granted": verdict.minutes if verdict else None,
        "decided_at": verdict.decided_at if verdict else None,
    }


def _texts(correction: Correction) -> dict[str, Any]:
    verdict = correction.verdict
    return {"reason": correction.reason, "evidence": correction.evidence or None,
            "decision": verdict.reason if verdict else None}


def _people(correction: Correction) -> dict[str, Any]:
    made = {"made_by": correction.made_by.actor or "resident"}
    return made | ({"decided_by": correction.verdict.by.actor} if correction.verdict else {})


def _deadline(asked: Asked) -> dict[str, Any]:
    deadline = asked.deadline
    if deadline is None:
        return {"due": None, "days_left": None, "overdue": False, "provisional": False}
    return {"due": deadline.due, "days_left": deadline.left,
            "overdue": deadline.standing == "overdue", "provisional": deadline.provisional}
