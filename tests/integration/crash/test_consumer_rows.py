"""Rows C1 to C6, C9 and C10 of the crash-point table: the consumer dies, or its moves do."""

from __future__ import annotations

from tests.chaos.proxy import FaultProxy
from tests.integration.crash.steps import (
    names,
    publish_to,
    told_to_a_dying_ledger,
    told_to_a_failing_ledger,
)
from tests.rig.process import Process
from tests.rig.queues import LEDGER
from tests.rig.rig import Rig
from tests.rig.uris import port_of, through
from tests.waiting import eventually


def test_c1_consumer_dies_before_its_transaction(rig: Rig) -> None:
    account = told_to_a_dying_ledger(rig, "consume.before_work")

    assert account.is_sound, account.line()


def test_c2_consumer_dies_inside_its_transaction(rig: Rig) -> None:
    account = told_to_a_dying_ledger(rig, "transaction.before_commit")

    assert account.is_sound, account.line()
    assert account.recovered


def test_c3_consumer_dies_after_commit_before_ack_and_the_inbox_alone_suffices(rig: Rig) -> None:
    account = told_to_a_dying_ledger(rig, "consume.after_work")

    assert account.is_sound, account.line()
    assert account.recovered


def test_c3_consumer_dies_after_commit_before_ack_and_the_natural_key_alone_suffices(
    rig: Rig,
) -> None:
    account = told_to_a_dying_ledger(rig, "consume.after_work", LEDGER_GUARD="key")

    assert account.is_sound, account.line()
    assert account.recovered
    assert not rig.database("ledger").inbox.count_documents({})


def test_c3_without_inbox_and_natural_key_the_account_shows_doubles(rig: Rig) -> None:
    account = told_to_a_dying_ledger(rig, "consume.after_work", LEDGER_GUARD="none")

    assert account.duplicated  # how many depends on where the killed batch was cut
    assert not account.is_sound


def test_c4_answer_to_the_commit_is_lost(rig: Rig) -> None:
    with FaultProxy(port_of(rig.mongodb_uri)) as proxy:
        ledger = rig.ledger(MONGODB_URI=through(proxy, rig.mongodb_uri)).start()
        rig.relay().start()
        proxy.cut_after(b"commitTransaction")
        rig.tell(names(30))

        account = rig.finish(ledger)

    assert proxy.cuts == 1
    assert account.is_sound, account.line()


def test_c5_consumer_dies_between_move_to_the_rung_and_ack(rig: Rig) -> None:
    ledger = told_to_a_failing_ledger(rig, CRASH_AT="consume.after_move")
    ledger.has_crashed()

    account = rig.finish(ledger.start())

    assert account.is_sound, account.line()
    assert account.deliveries["broken-0"] >= 3  # failed once, then from the queue and from the rung


def test_c6_move_is_not_confirmed_and_done_again(rig: Rig) -> None:
    with FaultProxy(port_of(rig.queues.uri)) as proxy:
        proxy.cut_after(publish_to(LEDGER.moves, LEDGER.rung(0.3)))
        ledger = told_to_a_failing_ledger(
            rig, AMQP_URI=through(proxy, rig.queues.uri), CRASH_AT="consume.after_move"
        )
        ledger.has_crashed()
        assert proxy.cuts == 1

    account = rig.finish(ledger.start())

    assert account.is_sound, account.line()
    assert account.deliveries["broken-0"] >= 4  # failed once; the original and two moved copies


def test_c9_poison_is_parked_with_its_reason_and_nothing_else_waits(rig: Rig) -> None:
    ledger = rig.ledger().start()
    rig.relay().start()
    rig.tell(names(10))
    rig.tell(["poison-0"], programme="poison")
    rig.tell(names(10, "later"))
    rig.queues.put(b"{ this is no fact")

    account = rig.finish(ledger)

    assert account.is_sound, account.line()
    assert account.parked == {"poison-0", "{ this is no fact"}
    reasons = {message.headers["x-reason"] for message in rig.queues.parked()}
    assert reasons == {"permanent: nobody can enter this", "malformed: not JSON"}


def test_c10_sigterm_under_load_finishes_and_acknowledges_what_is_in_hand(rig: Rig) -> None:
    ledger: Process = rig.ledger().start()
    rig.relay().start()
    rig.tell(names(250), programme="slow")
    eventually(lambda: rig.account().deliveries)

    ledger.terminate()
    assert ledger.exit_status(within=10) == 0, ledger.output[-2000:]
    done = rig.account().effects
    account = rig.finish(ledger.start())

    assert account.is_sound, account.line()
    assert done
    assert {name for name in done if account.deliveries[name] > 1} == set()
