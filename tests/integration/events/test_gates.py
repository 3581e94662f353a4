"""Several gates at the same moment on one ticket, on a real database (C-06, C-13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from kernel.rights import Sight
from kernel.transaction import Transaction
from services.events.domain.attendance import Attendance
from services.events.domain.broken import AlreadyCheckedIn
from services.events.domain.registration import Registration
from services.events.service.errors import code_of
from services.events.store.attendances import Attendances
from services.events.store.registrations import Registrations
from services.events.usecases import desk_view
from services.events.usecases.application import Commit, Events
from services.events.usecases.offline_list import offline_list
from services.events.usecases.scanning import Scan, scan, upload
from tests.integration.events.crowd import at_once
from tests.unit.events.builders import Town

GATES = 8


class UnguardedAttendances(Attendances):
    """Written as they were decided, whatever happened meanwhile: check, then write."""

    def add(self, attendances: Iterable[Attendance], *, within: Transaction) -> None:
        for each in attendances:
            stays = [dict(vars(stay)) for stay in each.stays]
            self._documents.update_one(
                {"_id": f"{each.session_id}.{each.person_ref}"},
                {"$set": {**vars(each), "stays": stays}}, upsert=True,
            )


class UnguardedRegistrations(Registrations):
    """Does not look whether somebody came meanwhile."""

    def mark_attended(self, registrations: Sequence[Registration], *,
                      within: Transaction) -> None:
        ids = [each.registration_id for each in registrations]
        self._documents.update_many({"_id": {"$in": ids}}, {"$set": {"attended": True}})


class NoLine:
    """Every gate commits alone, at the same time as the others."""

    def of(self, _: str, commit: Commit) -> NoLine:
        self.commit = commit
        return self

    def submit(self, order: Any) -> Any:
        [outcome] = self.commit([order])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def without_guard(app: Events) -> Events:
    """The same use case without transaction, condition and line."""
    transactions: Any = app.transactions
    transactions._atomic = lambda work, until: work(None)
    database: Database[dict[str, Any]] = transactions.database
    store = replace(app.store, attendances=UnguardedAttendances(database),
                    registrations=UnguardedRegistrations(database))
    lines: Any = NoLine()
    return replace(app, store=store, lines=lines)


def a_ticket(town: Town, *numbers: int) -> Scan:
    """A party with a place at a session that has just begun, as a gate reads its ticket."""
    session_id = town.session(starts_at=town.clock() + timedelta(minutes=10))
    made = town.sign_up(session_id, *numbers)
    return Scan(session_id=session_id, registration_id=made["registration_id"], direction="in",
                nonce="nonce")


def gates(towns: Sequence[Town], order: Scan) -> list[Callable[[], Any]]:
    """Each gate with its own nonce; the gates belong to these processes in turn."""
    return [
        partial(scan, towns[number % len(towns)].app,
                replace(order, nonce=f"gate-{number}", gate=f"{number} 号门"))
        for number in range(GATES)
    ]


def admitted(answers: Sequence[Any]) -> int:
    return sum(1 for each in answers if isinstance(each, dict))


def test_without_the_guard_one_ticket_is_admitted_at_several_gates(town: Town) -> None:
    town.app = without_guard(town.app)
    for number in range(20):
        order = a_ticket(town, number)
        if admitted(at_once(gates([town], order))) > 1:
            return
    pytest.fail("the race did not happen in twenty tries")


def test_gates_of_two_processes_admit_one_ticket_once_and_the_others_are_told(
        town: Town, twin: Town) -> None:
    for number in range(5):
        order = a_ticket(town, number, 100 + number)
        answers = at_once(gates([town, twin], order))
        told = [each for each in answers if isinstance(each, AlreadyCheckedIn)]
        assert (admitted(answers), len(told)) == (1, GATES - 1), answers
        counts = desk_view.counts_of(town.app, order.session_id)
        assert (counts.expected, counts.came, counts.inside) == (2, 2, 2)
    assert len(town.told("scanned_in")) == 10


def test_offline_gates_that_upload_at_once_keep_every_conflict(town: Town, twin: Town) -> None:
    order = a_ticket(town, 1)
    at = town.clock()
    answers = at_once([
        partial(upload, each.app, order.session_id,
                [replace(order, nonce=f"gate-{number}", gate=f"{number} 号门", at=at)],
                code_of=code_of)
        for number, each in enumerate([town, twin] * 4)
    ])
    found = sorted(each["results"][0]["status"] for each in answers)
    assert found == ["accepted"] + ["conflict"] * 7
    kept = desk_view.conflicts_of(twin.app, order.session_id)
    assert len(kept) == 7 and {each.since for each in kept} == {at}
    assert {each.first_gate for each in kept}.isdisjoint({each.scan.gate for each in kept})


def test_one_upload_sent_from_everywhere_is_booked_once(town: Town, twin: Town) -> None:
    order = a_ticket(town, 1)
    at = town.clock()
    scans = [replace(order, at=at), replace(order, nonce="out", direction="out",
                                            at=at + timedelta(minutes=2))]
    answers = at_once([
        partial(upload, each.app, order.session_id, scans, code_of=code_of)
        for each in [town, twin] * 5
    ])
    statuses = [each["status"] for answer in answers for each in answer["results"]]
    assert sorted(statuses) == ["accepted"] * 2 + ["repeated"] * 18
    assert len(town.told("scanned_in", "scanned_out")) == 2


def test_five_hundred_scans_are_taken_in_one_upload(town: Town) -> None:
    session_id = town.session(capacity=500, starts_at=town.clock() + timedelta(minutes=10))
    made = [town.sign_up(session_id, *range(first, first + 10)) for first in range(0, 500, 10)]
    at = town.clock()
    scans = [
        Scan(session_id=session_id, registration_id=each["registration_id"], direction="in",
             nonce=person, at=at, person_ref=person)
        for each in made for person in each["party"]
    ]
    results = upload(town.app, session_id, scans, code_of=code_of)["results"]
    assert {each["status"] for each in results} == {"accepted"} and len(results) == 500
    assert len(offline_list(town.app, session_id, sight=Sight())["entries"]) == 50
