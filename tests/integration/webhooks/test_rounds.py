"""Rounds: who gets a turn and when, with a receiver that is real."""

from __future__ import annotations

import threading

import pytest

from services.city.webhooks import rounds
from services.city.webhooks.rounds import Rounds
from tests.rig.calling import NAME, Office
from tests.rig.receiver import Receiver


def one_round(every: Rounds) -> None:
    """A look, and the turns that it began."""
    every.look()
    for each in threading.enumerate():
        if each.name == NAME:
            each.join()


def test_what_trickles_in_waits_for_the_next_second_and_comes_together(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office()
    office.set(receiver.url)
    every = Rounds(office.parts, office.database, "one", at_once=4)
    ids = office.publish("a")
    one_round(every)
    assert receiver.ids == ids  # after a quiet time at once

    monkeypatch.setattr(rounds, "APART", 3600.0)
    for name in "bcd":
        ids += office.publish(name)
        one_round(every)
    assert receiver.ids == ids[:1]
    kept = office.store.lines.of(NAME)
    assert kept is not None and kept.turn == 1

    monkeypatch.setattr(rounds, "APART", 0.0)
    one_round(every)
    assert receiver.ids == ids
    kept = office.store.lines.of(NAME)
    assert kept is not None and kept.turn == 2  # one mark for all three
