"""What private facts say is sealed on its way through the broker, and opened by who has the key."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from contracts.events import ContactRecorded
from kernel.consume.fate import Later, Past, fate_of, understood
from kernel.envelope import Envelope, StillSealed, parse, wrap
from kernel.wire import Wire
from tests.unit.events.builders import NOON

OLD, NEW = bytes(range(96)), bytes(range(1, 97))
FACT = ContactRecorded(person_ref="p1", name="金丝雀", phone="13900000997")


def told() -> Envelope:
    return wrap(FACT, id="e1", source="/events", sequence=3, time=NOON)


def sealed(*keys: bytes) -> str:
    return Wire(keys).seal(told().to_json())


def test_on_its_way_a_fact_shows_its_envelope_and_nothing_it_says() -> None:
    text = sealed(OLD)
    shown = json.loads(text)
    assert shown["subject"] == "person/p1" and list(shown["data"]) == ["sealed"]
    assert "13900000997" not in text and "u91d1" not in text and "金丝雀" not in text


def test_who_has_the_key_hears_what_was_told() -> None:
    assert Wire([OLD]).opened(parse(sealed(OLD))) == told()
    assert understood(sealed(OLD).encode(), Wire([OLD])) == told()


@pytest.mark.parametrize(("told_with", "heard_with"), [
    ((NEW, OLD), (OLD, NEW)), ((OLD,), (NEW, OLD)), ((NEW, OLD), (NEW,))])
def test_while_keys_are_changed_any_of_them_opens(
        told_with: tuple[bytes, ...], heard_with: tuple[bytes, ...]) -> None:
    assert Wire(heard_with).opened(parse(sealed(*told_with))).fact() == FACT


def test_what_cannot_be_opened_yet_is_tried_again() -> None:
    heard = understood(sealed(NEW).encode(), Wire([OLD]))
    assert isinstance(heard, Envelope)
    with pytest.raises(StillSealed) as raised:
        heard.fact()
    assert isinstance(fate_of(raised.value, past=Past(), rungs=4), Later)


def test_a_sealed_fact_fits_its_own_envelope_only() -> None:
    moved = replace(parse(sealed(OLD)), id="e2")
    assert Wire([OLD]).opened(moved).is_sealed
    broken = replace(parse(sealed(OLD)), data={"sealed": "not base64"})
    assert Wire([OLD]).opened(broken) == broken


def test_what_comes_open_is_heard_as_before() -> None:
    assert understood(told().to_json().encode(), Wire([OLD])) == told()
