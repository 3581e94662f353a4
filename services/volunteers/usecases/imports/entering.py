"""Entering an approved import: batch by batch in the background, gone on with after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from kernel.transaction import Transaction
from services.volunteers.domain.duty import Duty
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.imports import Plan, Record, Weighed
from services.volunteers.domain.session import UNTOLD, Session
from services.volunteers.usecases.application import App
from services.volunteers.usecases.imports.bringing import PATIENCE
from services.volunteers.usecases.imports.weighing import Outcome, opened, refused, weigh_in
from services.volunteers.usecases.sessions import known_sessions
from services.volunteers.usecases.telling import counted

ABANDONED_AFTER = timedelta(seconds=30)  # whoever is at it would have entered a batch by then


def finish(app: App) -> list[str]:
    """Enters every import that is approved and that nobody is at; the numbers of those. Safe to
    repeat and in any number of processes. Raises Unavailable."""
    found = app.store.imports.unfinished(stepped_before=app.clock() - ABANDONED_AFTER)
    for import_id in found:
        while enter_some(app, import_id):
            pass
    return found


def enter_some(app: App, import_id: str) -> bool:
    """One batch in one transaction with what became of each row; whether there are more.

    A row that was entered before, from whatever file, is left alone, and so is one that the ledger
    does not allow any more. Raises UnknownImport, Unavailable.
    """
    entries: list[Entry] = []

    def work(within: Transaction) -> bool:
        entries.clear()
        plan = app.store.imports.one(import_id, within=within)
        if plan.state != "approved":
            return False
        rows = app.store.imports.batch(plan, plan.entered, within=within)
        settled = _entered(app, plan, rows, entries, within)
        app.store.imports.settle(plan, plan.entered, settled, within=within)
        now = _after(plan, settled, within)
        app.store.imports.change(plan, now, within=within)
        return now.state == "approved"

    more = app.transactions.run(work, within=PATIENCE)
    counted(entries)
    return more


def _after(plan: Plan, settled: Sequence[Weighed], within: Transaction) -> Plan:
    is_done = plan.entered + 1 >= plan.batches
    return replace(
        plan, entered=plan.entered + 1, stepped_at=within.now,
        entered_minutes=plan.entered_minutes + sum(
            each.counts for each in settled if each.verdict == "entered"),
        left=plan.left + sum(each.verdict == "left" for each in settled),
        state="done" if is_done else "approved", done_at=within.now if is_done else None,
    )


def _entered(app: App, plan: Plan, rows: Sequence[Weighed], entries: list[Entry],
             within: Transaction) -> list[Weighed]:
    """Weighed anew in the book that enters them: the ledger went on since they were checked."""
    assert plan.checker is not None
    records = [each.record for each in rows if each.verdict == "new"]
    if not records:
        return list(rows)
    unheard = _unheard(app, records, within)
    book = opened(app, records, within)
    outcome = Outcome(weighed=[], faults={})
    weigh_in(book, records, outcome, import_id=plan.import_id, actor=plan.checker.actor,
             settle=lambda: entries.extend(book.settle()))
    new = {each.record.key: each for each in outcome.weighed if each.verdict == "new"}
    app.store.duties.save({id: duty for id, duty in unheard.items()
                           if any(each.record.session.session_id == id for each in new.values())},
                          known={}, within=within)
    app.store.imports.add([each.record for each in new.values()], plan.import_id, within=within)
    reasons = {name.split(".")[1]: why[0] for name, why in refused(outcome).items()}
    known = {each.record.line: each for each in outcome.weighed}
    return [each if each.verdict != "new" else
            _became(known.get(each.record.line, each), reasons.get(str(each.record.line)))
            for each in rows]


def _became(weighed: Weighed, reason: str | None) -> Weighed:
    if reason:
        return replace(weighed, verdict="left", reason=reason)
    return replace(weighed, verdict="entered") if weighed.verdict == "new" else weighed


def _unheard(app: App, records: Sequence[Record], within: Transaction) -> dict[str, Duty]:
    """Sessions that only the sheet knows, as ones whose records are complete: so they are found
    by their time like all others, and nobody is warned of them (C-19)."""
    ids = {each.session.session_id for each in records}
    known = known_sessions(app, ids, within=within)
    return {
        each.session.session_id: Duty(session=Session(ref=each.session, version=UNTOLD),
                                      closed=True, settled=True)
        for each in records if each.session.session_id not in known
    }
