"""Other eyes' word on a draft: published and frozen, or refused with a remark."""

from __future__ import annotations

from contracts.stats import BriefPublished
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.stats.domain.edition import Decision, Edition, Signer, decided, signed
from services.stats.usecases.application import Stats


def decide(app: Stats, draft_id: str, decision: Decision, *, by: Signer, remark: str = "",
           once: Once | None = None) -> Answer:
    """Publishes the draft as the next edition and tells it, or refuses it: `{decision, serial?}`.

    What is published is what was drafted and seen, whatever the figures are by now. Raises
    UnknownDraft, AlreadyDecided, SelfMade (C-17).
    """
    def work(transaction: Transaction) -> Answer:
        draft = app.store.drafts.one(draft_id, within=transaction)
        word = decided(draft, decision, checker=by, at=transaction.now, remark=remark)
        transaction.note({"state": draft.state}, {"state": word.state})
        if decision == "refused":
            app.store.drafts.save(word, within=transaction)
            return {"decision": decision}
        last = app.store.editions.last(within=transaction)
        edition = signed(draft, signer=by, at=transaction.now, last=last)
        app.store.editions.add(edition, within=transaction)
        word = decided(draft, decision, checker=by, at=transaction.now, remark=remark,
                       serial=edition.serial)
        app.store.drafts.save(word, within=transaction)
        transaction.emit(_told(edition))
        return {"decision": decision, "serial": edition.serial}

    return app.transactions.write(once, work)


def _told(edition: Edition) -> BriefPublished:
    content = edition.content
    return BriefPublished(
        brief=str(edition.brief), edition=edition.edition, serial=edition.serial,
        template=content.kind, since=content.since, as_of=content.as_of, hash=edition.hash,
        previous=edition.previous,
    )
