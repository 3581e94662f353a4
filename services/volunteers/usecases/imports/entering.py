"""Entering an import: accepted as a whole, then batch by batch, gone on with after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import ImportRefused
from services.volunteers.domain.duty import Duty
from services.volunteers.domain.entry import Entry
from services.volunteers.domain.imports import Record, Row, Weighed
from services.volunteers.domain.session import UNTOLD, Session
from services.volunteers.store.imports import Plan
from services.volunteers.usecases.application import App
from services.volunteers.usecases.imports.weighing import (
    Numbered,
    Outcome,
    records_of,
    refused,
    weigh,
)
from services.volunteers.usecases.ruling import rule
from services.volunteers.usecases.sessions import known_sessions
from services.volunteers.usecases.telling import counted

BATCH = 100  # records of one transaction
PATIENCE = 30.0  # seconds: hundreds of documents are written in one commit
ABANDONED_AFTER = timedelta(minutes=1)  # whoever accepted it would be done by then


def import_records(app: App, rows: Sequence[Row], *, import_id: str, by: Acting,
                   numbered: Numbered, own: frozenset[str] = frozenset(), dry: bool = False,
                   once: Once | None = None) -> Answer:
    """Enters the rows with basis `import` (C-04), all of them or none; as a rehearsal (`dry`) it
    only says what would happen.

    Answers {import_id, dry, rows, new, there, differs, minutes, records: [{line, state, minutes,
    counts, withheld, overlap}], faults?}. `import_id` is the file's digest. First everything is
    weighed and accepted in one commit; then it is entered in batches, which a crash only delays:
    the same file again, or `finish`, goes on where it stopped. Rows that were entered before, from
    whatever file, are left alone: safe to repeat. Raises ImportRefused, with nothing entered;
    KeyReused, Unavailable.
    """
    outcome = app.transactions.run(
        lambda within: _weighed(app, rows, numbered, within, own), within=PATIENCE
    )
    faults = refused(outcome)
    answer = _answer(import_id, rows, outcome, dry=dry)
    if dry:
        return {**answer, "faults": faults}
    if faults:
        raise ImportRefused(faults)
    new = [each.record for each in outcome.weighed if each.verdict == "new"]

    def accept(within: Transaction) -> Answer:
        if new:
            app.store.imports.accept(Plan(import_id=import_id, actor=by.actor,
                                          made_at=within.now, records=new), within=within)
        return answer

    given = app.transactions.write(once, accept)
    enter(app, import_id)
    return given


def enter(app: App, import_id: str) -> None:
    """All that is left of an accepted import; nothing for one that is done. Safe to repeat and in
    any number of processes. Raises Unavailable."""
    while enter_some(app, import_id):
        pass


def enter_some(app: App, import_id: str) -> bool:
    """One batch in one transaction; whether there may be more. Raises Unavailable."""
    entries: list[Entry] = []

    def work(within: Transaction) -> bool:
        entries.clear()
        plan = app.store.imports.one(import_id, within=within)
        if plan is None or plan.done_at:
            return False
        batch = plan.records[plan.entered:plan.entered + BATCH]
        left = _enter(app, plan, batch, entries, within)
        reached = plan.entered + len(batch)
        is_done = reached >= len(plan.records)
        app.store.imports.advance(
            replace(plan, entered=reached, left={**plan.left, **left},
                    done_at=within.now if is_done else None),
            was=plan.entered, within=within)
        return not is_done

    more = app.transactions.run(work, within=PATIENCE)
    counted(entries)
    return more


def finish(app: App) -> list[str]:
    """Goes on with imports that were accepted and abandoned; the numbers of those. Safe to repeat
    and in any number of processes. Raises Unavailable."""
    found = app.store.imports.unfinished(before=app.clock() - ABANDONED_AFTER)
    for import_id in found:
        enter(app, import_id)
    return found


def _weighed(app: App, rows: Sequence[Row], numbered: Numbered, within: Transaction,
             own: frozenset[str]) -> Outcome:
    records, faults = records_of(app, rows, numbered, within, own=own)
    outcome = weigh(app, records, within)
    return Outcome(weighed=outcome.weighed, faults={**faults, **outcome.faults})


def _enter(app: App, plan: Plan, batch: Sequence[Record], entries: list[Entry],
           within: Transaction) -> dict[str, str]:
    """Enters what is still new; why others are left, by line: the ledger went on since."""
    outcome = weigh(app, batch, within)
    new = [each.record for each in outcome.weighed if each.verdict == "new"]
    unheard = _unheard(app, new, within)
    entries += rule(app, within, [
        each.ruling(plan.import_id, actor=plan.actor, now=within.now) for each in new
    ])
    app.store.duties.save(unheard, known={}, within=within)
    app.store.imports.add(new, plan.import_id, within=within)
    return {name.split(".")[1]: reasons[0] for name, reasons in refused(outcome).items()}


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


def _answer(import_id: str, rows: Sequence[Row], outcome: Outcome, *, dry: bool) -> Answer:
    numbers = {state: sum(each.verdict == state for each in outcome.weighed)
               for state in ("new", "there", "differs")}
    new = [each for each in outcome.weighed if each.verdict == "new"]
    return {
        "import_id": import_id, "dry": dry, "rows": len(rows), **numbers,
        "minutes": sum(each.counts for each in new),
        "records": [_shown(each) for each in outcome.weighed],
    }


def _shown(weighed: Weighed) -> dict[str, Any]:
    return {"line": weighed.record.line, "state": weighed.verdict,
            "minutes": weighed.record.minutes, "counts": weighed.counts,
            "withheld": weighed.withheld, "overlap": weighed.overlap}
