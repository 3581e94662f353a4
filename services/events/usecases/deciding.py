"""The same decision on several parties: each by itself, so one refusal does not undo the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from kernel.answers import Answer, Once
from services.events.domain.broken import BrokenRule
from services.events.usecases import changing
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.foreseeing import Action


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of one registration: its status now, or which rule stood in the way."""

    registration_id: str
    status: str | None = None
    refused: BrokenRule | None = None


def decide_all(app: Events, registration_ids: Sequence[str], action: Action, *, note: str,
               key: str, caller: Caller) -> list[Decided]:
    """Approves, refuses or cancels each, in order; `note` are words for the people.

    `key` stands for the form that was sent: sent again it decides nothing twice.
    """
    return [
        _decided(app, each, action, note, replace(caller, once=_once(key, each, action, note)))
        for each in registration_ids
    ]


def _decided(app: Events, registration_id: str, action: Action, note: str,
             caller: Caller) -> Decided:
    try:
        answer = _decide(app, registration_id, action, note, caller)
    except BrokenRule as refused:
        return Decided(registration_id=registration_id, refused=refused)
    return Decided(registration_id=registration_id, status=answer["status"])


def _decide(app: Events, registration_id: str, action: Action, note: str,
            caller: Caller) -> Answer:
    if action == "cancel":
        return changing.cancel(app, registration_id, caller=caller)
    return changing.decide(
        app, registration_id, decision=action, note=note, persons=None, caller=caller
    )


def _once(key: str, registration_id: str, action: Action, note: str) -> Once:
    content: Any = (registration_id, action, note)
    return Once(f"page:{key}:{registration_id}", sha256(repr(content).encode()).hexdigest())
