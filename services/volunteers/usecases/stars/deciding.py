"""Deciding on proposals: a person's word, with a reason, told once (C-24)."""

from __future__ import annotations

from contracts.volunteers_certificates import StarsDecided
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.stars import standing as rules
from services.volunteers.domain.stars.broken import UnknownProposal
from services.volunteers.domain.stars.standing import Decision
from services.volunteers.usecases.stars.application import StarOffice
from services.volunteers.usecases.stars.weighing import called_for


def decide(app: StarOffice, proposal_id: str, decision: Decision, reason: str, *,
           by: Acting, once: Once | None = None, correlation: str | None = None) -> Answer:
    """The proposal's state and the person's stars after it; weighed anew before it counts.

    Raises UnknownProposal, AlreadyDecided, SelfMade, SelfConcerned (C-17),
    NotDeserved.
    """
    person_ref, _, number = proposal_id.rpartition(".")
    if not (person_ref and number.isascii() and number.isdigit() and len(number) < 9):
        raise UnknownProposal

    def work(transaction: Transaction) -> Answer:
        before = app.store.of(person_ref, within=transaction)
        call, _ = called_for(app, before, transaction)
        after = rules.decided(
            before, int(number), decision, call=call, checker=by,
            concerned=app.references(person_ref), reason=reason, at=transaction.now,
        )
        app.store.save(before, after, within=transaction)
        done = after.proposals[-1]
        transaction.note({"stars": before.stars}, {"stars": after.stars, "state": done.state})
        transaction.emit(
            StarsDecided(person_ref=person_ref, kind=done.kind, decision=decision,
                         before=before.stars, stars=after.stars),
            correlation=correlation,
        )
        return {"id": proposal_id, "state": done.state, "stars": after.stars}

    return app.transactions.write(once, work)
