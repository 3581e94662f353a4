"""Deciding on proposals: a person's word, with a reason, told once (C-24)."""

from __future__ import annotations

from contracts.volunteers_certificates import StarsDecided
from kernel.answers import Answer
from kernel.transaction import Transaction
from services.volunteers.domain.stars import standing as rules
from services.volunteers.domain.stars.broken import UnknownProposal
from services.volunteers.domain.stars.standing import Decision
from services.volunteers.usecases.stars.application import Judge, StarOffice
from services.volunteers.usecases.stars.weighing import called_for


def decide(app: StarOffice, proposal_id: str, decision: Decision, reason: str, *,
           judge: Judge) -> Answer:
    """The proposal's state and the person's stars after it; weighed anew before it counts.

    Raises UnknownProposal, AlreadyDecided, OwnAffair, NotDeserved.
    """
    person_ref, _, number = proposal_id.rpartition(".")
    if not (person_ref and number.isascii() and number.isdigit() and len(number) < 9):
        raise UnknownProposal

    def work(transaction: Transaction) -> Answer:
        before = app.store.of(person_ref, within=transaction)
        call, _ = called_for(app, before, transaction)
        own = app.primary(judge.person_ref) if judge.person_ref else None
        after = rules.decided(
            before, int(number), decision, call=call, checker=judge.actor, own_ref=own,
            reason=reason, at=transaction.now,
        )
        app.store.save(before, after, within=transaction)
        done = after.proposals[-1]
        transaction.emit(
            StarsDecided(person_ref=person_ref, kind=done.kind, decision=decision,
                         before=before.stars, stars=after.stars),
            correlation=judge.correlation,
        )
        return {"id": proposal_id, "state": done.state, "stars": after.stars}

    return app.write(judge.once, work)
