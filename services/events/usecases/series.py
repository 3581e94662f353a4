"""Signing up for one, several or all dates of an activity; every date has its own answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kernel.answers import Answer, Once
from services.events.domain.broken import BrokenRule, UnknownSession
from services.events.domain.person import Member
from services.events.domain.session import Session
from services.events.domain.signup import door_of
from services.events.usecases.activities import one_activity
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.limiting import count_sign_up
from services.events.usecases.parties import Party, identities_of, party_of
from services.events.usecases.signing_up import enrol


def sign_up_series(app: Events, activity_id: str, session_ids: Sequence[str] | None,
                   members: Sequence[Member], *, caller: Caller,
                   household_ref: str | None = None) -> Answer:
    """Signs the party up for these sessions, or for all that are open: {outcomes: […]}.

    Each outcome is {session_id, registration} or {session_id, refused: the broken rule}; one date
    that is full or forbidden keeps nobody from the others. Raises UnknownActivity, UnknownSession
    for one of another activity, and TooManyTries (all dates are one try), before anything is done.
    Safe to repeat with a key.
    """
    sessions = _chosen(app, activity_id, session_ids)
    party = party_of(app.vault, members)
    count_sign_up(app, identities_of(party), caller)
    return {"outcomes": [
        _one(app, session.session_id, party, caller, household_ref) for session in sessions
    ]}


def key_of_date(once: Once, session_id: str) -> Once:
    """The key under which one date of the series is asked for."""
    return Once(f"{once.key}/{session_id}", once.fingerprint)


def _chosen(app: Events, activity_id: str, session_ids: Sequence[str] | None) -> list[Session]:
    listed = one_activity(app, activity_id)
    if session_ids is None:
        now = app.clock()
        return [each for each in listed.sessions if door_of(each, now) in ("free", "full")]
    known = {each.session_id: each for each in listed.sessions}
    unknown = next((each for each in session_ids if each not in known), None)
    if unknown is not None:
        raise UnknownSession(unknown)
    return [known[each] for each in dict.fromkeys(session_ids)]


def _one(app: Events, session_id: str, party: Party, caller: Caller,
         household_ref: str | None) -> dict[str, Any]:
    own = key_of_date(caller.once, session_id) if caller.once else None
    try:
        made = enrol(
            app, session_id, party, caller=replace(caller, once=own),
            household_ref=household_ref,
        )
    except BrokenRule as refused:
        return {"session_id": session_id, "refused": refused}
    return {"session_id": session_id, "registration": made}
