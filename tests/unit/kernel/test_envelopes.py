"""Envelopes: written as CloudEvents, read back, refused with a reason that repeats nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import contracts
from contracts.events import VisitRecorded
from kernel.envelope import LARGEST_MESSAGE, Envelope, Malformed, parse, wrap

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)
EXAMPLES = sorted((Path(contracts.__file__).parent / "examples").glob("*.json"))


def visit() -> VisitRecorded:
    return VisitRecorded(
        visit_id="v1",
        programme="test-programme",
        street="大鹏",
        household_ref="h1",
        day=date(2021, 9, 1),
    )


def told(cause: Envelope | None = None) -> Envelope:
    return wrap(visit(), id="e1", source="/tests", sequence=7, time=NOON, cause=cause)


def document() -> dict[str, object]:
    found: dict[str, object] = json.loads(told().to_json())
    return found


def changed(**members: object) -> bytes:
    return json.dumps({**document(), **members}).encode()


def test_an_envelope_is_a_cloud_event() -> None:
    assert document() == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/tests",
        "type": "events.visit_recorded.v1",
        "subject": "visit/v1",
        "time": "2021-09-01T04:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:xiangxin:schema:events.visit_recorded.v1",
        "sequence": "0000000007",
        "correlationid": "e1",
        "data": {
            "visit_id": "v1",
            "programme": "test-programme",
            "street": "大鹏",
            "household_ref": "h1",
            "day": "2021-09-01",
        },
    }


def test_what_is_written_is_read_back() -> None:
    assert parse(told().to_json().encode()) == told()
    assert parse(told().to_json()).fact() == visit()


def test_what_follows_from_another_fact_keeps_its_correlation_and_trace() -> None:
    cause = wrap(
        visit(), id="e0", source="/tests", sequence=1, time=NOON, traceparent="00-a-b-01"
    )

    effect = told(cause)

    assert (effect.correlationid, effect.causationid) == ("e0", "e0")
    assert effect.traceparent == "00-a-b-01"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_golden_example_is_read(path: Path) -> None:
    envelope = parse(path.read_bytes())

    assert path.name.startswith(f"{envelope.type}.")
    assert envelope.subject == envelope.fact().subject()


def test_moments_of_other_offsets_are_the_same_moments() -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8))).isoformat()

    assert parse(changed(time=shanghai)).time == NOON


def test_a_sequence_may_be_a_number_or_a_text() -> None:
    assert parse(changed(sequence=12)).sequence == parse(changed(sequence="12")).sequence == 12


REFUSED = {
    "not UTF-8": b"\xff\xfe{}",
    "not JSON": b"",
    "not a JSON object": b"[1]",
    f"larger than {LARGEST_MESSAGE} bytes": b"x" * (LARGEST_MESSAGE + 1),
    "specversion is not 1.0": changed(specversion=1.0),
    "id is not a short printable text": changed(id="a\nb"),
    "source is not a short printable text": changed(source=""),
    "type is not a short printable text": changed(type=["a"]),
    "subject is not a short printable text": changed(subject="\ud800"),
    "time is missing": changed(time=5),
    "time is not RFC 3339": changed(time="noon"),
    "time has no offset": changed(time="2021-09-01T04:00:00"),
    "sequence is not a positive number": changed(sequence=True),
    "data is not an object": changed(data=None),
    "correlationid is not a short printable text": changed(correlationid={}),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_envelope_is_refused_with_the_rule_it_breaks(reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse(REFUSED[reason])

    assert refused.value.reason == reason


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":NaN}', b'{"a":' + b"9" * 5000 + b"}"])
def test_json_that_breaks_readers_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed, match="not JSON"):
        parse(body)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


@given(st.sampled_from(sorted(document())), st.none() | st.booleans() | st.integers() | st.text())
def test_no_member_raises_anything_but_malformed(name: str, value: object) -> None:
    try:
        parse(changed(**{name: value}))
    except Malformed as refused:
        assert name in refused.reason
