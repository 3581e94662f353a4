"""Bringing a sheet in: checked as a whole, then kept until somebody else approves it (C-17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import AlreadyDecided, ImportRefused, SelfConcerned
from services.volunteers.domain.imports import Plan, Row, Weighed
from services.volunteers.usecases.application import App
from services.volunteers.usecases.imports.weighing import (
    Numbered,
    Outcome,
    by_person,
    records_of,
    refused,
    weigh,
)

BATCH = 200  # rows that are entered in one transaction
PATIENCE = 30.0  # seconds: hundreds of documents are read or written in one commit
LISTED = 50  # sheets of the list


def import_records(app: App, rows: Sequence[Row], *, import_id: str, by: Acting,
                   numbered: Numbered, own: frozenset[str] = frozenset(), dry: bool = False,
                   once: Once | None = None) -> Answer:
    """Checks the rows, all of them or none; what is new waits for the approval of another member,
    and is entered with basis `import` then (C-04). As a rehearsal (`dry`) nothing is kept.

    Answers {import_id, state, dry, rows, new, there, differs, minutes, records: [{line, state,
    minutes, counts, withheld, overlap, reason}], faults?}; the state is None where nothing waits.
    `import_id` is the file's digest: the same file again is the same import, however far it is.
    Raises ImportRefused, with nothing kept; KeyReused, Unavailable.
    """
    outcome = app.transactions.run(
        lambda within: _checked(app, rows, numbered, within, own), within=PATIENCE
    )
    faults = refused(outcome)
    answer = _answer(import_id, rows, outcome, dry=dry)
    if dry:
        return {**answer, "faults": faults}
    if faults:
        raise ImportRefused(faults)

    def keep(within: Transaction) -> Answer:
        there = app.store.imports.find(import_id, within=within)
        if there and there.state in ("waiting", "approved"):
            return {**answer, "state": there.state}
        if not answer["new"]:
            return {**answer, "state": there.state if there else None}
        plan, batches = _plan(answer, outcome, by, within)
        app.store.imports.offer(plan, batches, there=there, within=within)
        return {**answer, "state": plan.state}

    return app.transactions.write(once, keep, within=PATIENCE)


def decide(app: App, import_id: str, *, approved: bool, reason: str, by: Acting,
           once: Once | None = None) -> Answer:
    """Another member's word on a checked sheet: {import_id, state}. What is approved is entered
    from now on, by whichever process comes first.

    Who brought it in does not approve it, nor whoever has a row in it (C-17). Safe to repeat with a
    key. Raises UnknownImport, AlreadyDecided, SelfMade, SelfConcerned.
    """
    def work(within: Transaction) -> Answer:
        plan = app.store.imports.one(import_id, within=within)
        check_eyes(by, concerned=(), maker=plan.maker)
        own = app.references(by.person_ref) if by.person_ref else ()
        if own and app.store.imports.concerns(plan, own, within=within):
            raise SelfConcerned
        if plan.state != "waiting":
            raise AlreadyDecided
        now = replace(plan, state="approved" if approved else "refused", checker=by,
                      reason=reason, decided_at=within.now)
        app.store.imports.change(plan, now, within=within)
        within.note({"state": plan.state}, {"state": now.state})
        return {"import_id": import_id, "state": now.state}

    return app.transactions.write(once, work)


def progress(app: App, import_id: str) -> tuple[Plan, list[Weighed]]:
    """How far an import is, and its rows by line with what became of each. Raises UnknownImport,
    Unavailable."""
    plan = app.store.imports.one(import_id)
    return plan, app.store.imports.rows(plan)


def listed(app: App) -> list[Plan]:
    """The latest sheets, the newest first. Raises Unavailable."""
    return app.store.imports.latest(limit=LISTED)


def shown(weighed: Weighed) -> dict[str, Any]:
    """A row of an answer."""
    fields = {name: value for name, value in vars(weighed).items()
              if name not in ("record", "verdict")}
    return {**fields, "line": weighed.record.line, "state": weighed.verdict,
            "minutes": weighed.record.minutes}


def _checked(app: App, rows: Sequence[Row], numbered: Numbered, within: Transaction,
             own: frozenset[str]) -> Outcome:
    records, faults = records_of(app, rows, numbered, within, own=own)
    outcome = weigh(app, records, within)
    return Outcome(weighed=outcome.weighed, faults={**faults, **outcome.faults})


def _plan(answer: dict[str, Any], outcome: Outcome, by: Acting,
          within: Transaction) -> tuple[Plan, list[list[Weighed]]]:
    """With a person's rows together, so that entering writes a person's documents once."""
    ordered = sorted(outcome.weighed, key=lambda each: by_person(each.record))
    batches = [ordered[start:start + BATCH] for start in range(0, len(ordered), BATCH)]
    plan = Plan(maker=by, made_at=within.now, batches=len(batches),
                **{name: answer[name] for name in ("import_id", "rows", "new", "there",
                                                   "minutes")})
    return plan, batches


def _answer(import_id: str, rows: Sequence[Row], outcome: Outcome, *, dry: bool) -> dict[str, Any]:
    numbers = {state: sum(each.verdict == state for each in outcome.weighed)
               for state in ("new", "there", "differs")}
    new = [each for each in outcome.weighed if each.verdict == "new"]
    return {
        "import_id": import_id, "state": None, "dry": dry, "rows": len(rows), **numbers,
        "minutes": sum(each.counts for each in new),
        "records": [shown(each) for each in outcome.weighed],
    }
