"""Rows P1 to P3 of the crash-point table: the producer, or its database, dies around the commit."""

from __future__ import annotations

import threading

from ops.parts import Database
from tests.chaos.proxy import FaultProxy
from tests.rig.fixtures import MakeRig
from tests.rig.process import Process
from tests.rig.rig import Rig, ask_once
from tests.rig.uris import port_of, through


def asked_meanwhile(teller: Process, name: str) -> threading.Thread:
    """One call at the teller's door that nobody waits for yet."""
    asking = threading.Thread(target=ask_once, args=(teller, name), daemon=True)
    asking.start()
    return asking


def saved_and_told(rig: Rig) -> tuple[int, int]:
    """How many visits are saved and how many facts are in the outbox."""
    return rig.database("teller").visits.count_documents({}), rig.outbox()


def test_p1_producer_dies_before_its_commit(rig: Rig) -> None:
    teller = rig.teller().start(CRASH_AT="transaction.before_commit")
    assert ask_once(teller, "visit-0") == 0
    teller.has_crashed()
    assert saved_and_told(rig) == (0, 0)

    rig.forget_abandoned_transactions()
    rig.ask(teller.start(), "visit-0")

    assert saved_and_told(rig) == (1, 1)


def test_p1_producer_dies_after_its_commit_before_the_answer(rig: Rig) -> None:
    teller = rig.teller().start(CRASH_AT="transaction.after_commit")
    assert ask_once(teller, "visit-0") == 0
    teller.has_crashed()
    assert saved_and_told(rig) == (1, 1)

    rig.ask(teller.start(), "visit-0")

    assert saved_and_told(rig) == (1, 1)


def test_p2_answer_to_the_commit_is_lost(rig: Rig) -> None:
    with FaultProxy(port_of(rig.mongodb_uri)) as proxy:
        teller = rig.teller(MONGODB_URI=through(proxy, rig.mongodb_uri)).start()
        proxy.cut_after(b"commitTransaction")

        rig.ask(teller, "visit-0")

        assert proxy.cuts == 1
        assert saved_and_told(rig) == (1, 1)


def test_p3_database_dies_after_the_commit(make_rig: MakeRig, own_database: Database) -> None:
    rig = make_rig(mongodb=own_database.uri)
    teller = rig.teller().start(CRASH_AT="freeze@transaction.after_commit")
    asking = asked_meanwhile(teller, "visit-0")
    teller.wait_until_frozen()

    own_database.kill()
    own_database.start()
    teller.thaw()
    asking.join(20)

    assert saved_and_told(rig) == (1, 1)
    rig.ask(teller, "visit-0")
    assert saved_and_told(rig) == (1, 1)
    ledger = rig.ledger().start()
    rig.relay().start()
    assert rig.finish(ledger).is_sound
