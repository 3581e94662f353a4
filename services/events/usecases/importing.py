"""A roster comes in: all of its parties are signed up in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kernel.answers import Answer, Outcome
from kernel.transaction import Transaction
from services.events.domain.broken import BrokenRule, RosterRefused
from services.events.domain.roster import RosterParty
from services.events.domain.session import Session
from services.events.domain.signup import check_open
from services.events.usecases.application import Events
from services.events.usecases.book import Book, Caller
from services.events.usecases.parties import party_of
from services.events.usecases.signing_up import SignUp, sign_up_within
from services.events.usecases.turns import Change, join

PATIENCE = 30.0  # seconds: thousands of documents are written in one commit


class _Rehearsed(Exception):
    """Carries what would have happened out of a transaction that keeps nothing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("a rehearsal keeps nothing")
        self.answer = answer


def import_roster(app: Events, session_id: str, parties: Sequence[RosterParty], *, caller: Caller,
                  skip_refused: bool = False, dry_run: bool = False) -> Answer:
    """Signs the parties up in their order, as staff; all are kept or, without `skip_refused`, none.

    Answers `{session_id, rows, parties, dry_run, registered: [{rows, registration_id, status,
    position?}], refused: [{rows, rule, reason}]}`; a rehearsal (`dry_run`) lists what would be
    refused instead of raising it, and keeps nothing, its key neither. Raises UnknownSession,
    SessionClosed, RosterRefused with every party that a rule refuses by line; KeyReused,
    Unavailable and Overloaded. Safe to repeat with the caller's key.
    """
    session = app.store.sessions.one(session_id)
    orders = [_order(app, session, each, caller) for each in parties]

    def work(transaction: Transaction) -> Answer:
        book = Book(app, transaction, session_id, caller)
        check_open(book.session, book.now, staff=caller.staff)
        outcomes = sign_up_within(book, orders)
        answer = _answer(session_id, parties, outcomes, dry_run=dry_run)
        if dry_run:
            raise _Rehearsed(answer)
        if answer["refused"] and not skip_refused:
            raise RosterRefused(_by_line(parties, outcomes))
        return answer

    try:
        once = None if dry_run else caller.once
        return join(app, session_id, Change(work=work, once=once, within=PATIENCE))
    except _Rehearsed as rehearsed:
        return rehearsed.answer


def _order(app: Events, session: Session, party: RosterParty, caller: Caller) -> SignUp:
    """Contacts are sealed here, before the session's line. A seat may be named by its title."""
    keys = {kind.title: kind.key for kind in session.seats}
    keys |= {kind.key: kind.key for kind in session.seats}
    members = [replace(each, seat=keys.get(each.seat, each.seat)) for each in party.members]
    return SignUp(
        party=party_of(app.vault, members), household_ref=None,
        caller=replace(caller, once=None), priority=0, registration_id=None,
    )


def _answer(session_id: str, parties: Sequence[RosterParty], outcomes: Sequence[Outcome], *,
            dry_run: bool) -> Answer:
    registered: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for party, outcome in zip(parties, outcomes, strict=True):
        lines = list(party.lines)
        if isinstance(outcome, Exception):
            if not isinstance(outcome, BrokenRule):
                raise outcome
            refused.append(
                {"rows": lines, "rule": type(outcome).__name__, "reason": str(outcome)}
            )
        else:
            named = ("status", "position") if dry_run else ("registration_id", "status", "position")
            made: dict[str, Any] = {name: outcome[name] for name in named if name in outcome}
            registered.append({"rows": lines, **made})
    return {
        "session_id": session_id, "rows": sum(len(each.lines) for each in parties),
        "parties": len(parties), "dry_run": dry_run, "registered": registered, "refused": refused,
    }


def _by_line(parties: Sequence[RosterParty],
             outcomes: Sequence[Outcome]) -> dict[str, list[str]]:
    """The refusals as the door's fields are named: by the line of the person at fault."""
    errors = {}
    for party, outcome in zip(parties, outcomes, strict=True):
        if isinstance(outcome, Exception):
            place = getattr(outcome, "place", 0)
            reasons = next(iter((getattr(outcome, "errors", None) or {}).values()), [str(outcome)])
            errors[f"row.{party.lines[place]}"] = list(reasons)
    return errors
