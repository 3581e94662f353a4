"""Drafts: of a period, of a revision that somebody asks for, of one that the figures call for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.stats.domain.broken import NothingChanged, NothingToSay, NotTheLatest, RevisionWaits
from services.stats.domain.edition import PLATFORM, Content, Draft, Edition, Signer, differences
from services.stats.usecases.application import Stats
from services.stats.usecases.briefing.composing import anew, compose

_ITSELF = Signer(actor=PLATFORM)
_CALLED_FOR = "签发后，更正或迟到的事实改变了数字"


def draft(app: Stats, kind: str, *, since: date, as_of: date, by: Signer,
          once: Once | None = None) -> Answer:
    """Freezes what the period's brief says now, to be signed: `{draft_id}`.

    Raises UnknownKind, WrongPeriod, FiguresMoving, NothingToSay.
    """
    content = compose(app, kind, since=since, as_of=as_of)
    if not content.can_be_said:
        raise NothingToSay

    def work(transaction: Transaction) -> Answer:
        made = Draft(id=transaction.new_id(), content=content, maker=by, made_at=transaction.now)
        app.store.drafts.add(made, within=transaction)
        return {"draft_id": made.id}

    return app.transactions.write(once, work)


def revise(app: Stats, serial: int, *, reason: str, by: Signer, once: Once | None = None) -> Answer:
    """Freezes what the brief says now as its next edition, to be signed: `{draft_id}`.

    Raises UnknownBrief, NotTheLatest, NothingChanged, RevisionWaits, FiguresMoving.
    """
    published = app.store.editions.one(serial)
    content = anew(app, published.content)
    if not differences(published.content, content):
        raise NothingChanged

    def work(transaction: Transaction) -> Answer:
        latest = app.store.editions.of_brief(published.brief, within=transaction)[-1]
        if latest.serial != serial:
            raise NotTheLatest
        waits = app.store.drafts.revision_of(published.brief, within=transaction)
        if waits and waits.maker != _ITSELF:
            raise RevisionWaits
        if waits:  # somebody's own takes the place of the platform's
            app.store.drafts.save(_lapsed(waits, transaction), within=transaction)
        made = _revision(published, content, by=by, reason=reason, within=transaction)
        app.store.drafts.add(made, within=transaction)
        return {"draft_id": made.id}

    return app.transactions.write(once, work)


def follow(app: Stats) -> list[int]:
    """Sees to it that every brief whose figures moved has a revision that waits (C-47).

    Looks at the newest editions, as many as the settings say; the briefs for which something was
    drafted, renewed or dropped. Safe to repeat and in any number of processes. Raises
    FiguresMoving, Unavailable.
    """
    seen: set[int] = set()
    moved = []
    for edition in app.store.editions.newest(count=app.briefs_watched):
        if edition.brief not in seen:  # the newest edition of each
            seen.add(edition.brief)
            moved += [edition.brief] if _follow(app, edition) else []
    return moved


def _follow(app: Stats, edition: Edition) -> bool:
    content = anew(app, edition.content)
    changed = differences(edition.content, content)

    def work(transaction: Transaction) -> bool:
        waits = app.store.drafts.revision_of(edition.brief, within=transaction)
        if waits and (waits.maker != _ITSELF or waits.differences == changed):
            return False
        if app.store.editions.of_brief(edition.brief, within=transaction)[-1] != edition:
            return False
        if waits:
            app.store.drafts.save(_lapsed(waits, transaction), within=transaction)
        if changed:
            made = _revision(edition, content, by=_ITSELF, reason=_CALLED_FOR, within=transaction)
            app.store.drafts.add(made, within=transaction)
        return bool(waits or changed)

    return app.transactions.run(work)


def _revision(published: Edition, content: Content, *, by: Signer, reason: str,
              within: Transaction) -> Draft:
    return Draft(
        id=within.new_id(), content=content, maker=by, made_at=within.now, brief=published.brief,
        edition=published.edition + 1, reason=reason,
        differences=differences(published.content, content),
    )


def _lapsed(draft: Draft, within: Transaction) -> Draft:
    return replace(draft, state="lapsed", decided_at=within.now)
