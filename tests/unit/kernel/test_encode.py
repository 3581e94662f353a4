"""Publishes as we write them are read by others as py-amqp's own are."""

from __future__ import annotations

from struct import unpack_from

import pytest
from amqp.serialization import decode_properties_basic, loads
from hypothesis import given
from hypothesis import strategies as st

from kernel.encode import publish_frames, short


def frames(body: bytes = b"{}", *, frame_max: int = 131_072, key: str = "a.b.v1") -> list[bytes]:
    """The payloads of the frames, whose ends are checked."""
    stream = publish_frames(
        channel=3,
        exchange="xiangxin.facts",
        routing_key=key,
        body=body,
        content_type="application/cloudevents+json",
        message_id="m1",
        type="a.b.v1",
        headers={"x-publish-number": 7, "x-reason": "不在"},
        frame_max=frame_max,
    )
    payloads: list[bytes] = []
    at = 0
    while at < len(stream):
        kind, channel, size = unpack_from(">BHI", stream, at)
        assert kind == min(len(payloads) + 1, 3) and channel == 3
        assert stream[at + 7 + size] == 0xCE and size + 8 <= frame_max
        payloads.append(stream[at + 7 : at + 7 + size])
        at += size + 8
    return payloads


def test_a_publish_is_mandatory_and_names_exchange_and_key() -> None:
    method, _, _ = frames()

    assert unpack_from(">HH", method) == (60, 40)
    assert loads("Bssbb", method, 4)[0] == [0, "xiangxin.facts", "a.b.v1", True, False]


def test_properties_are_ours_and_the_message_is_persistent() -> None:
    _, header, _ = frames(b"12345")

    assert unpack_from(">HHQ", header) == (60, 0, 5)
    assert decode_properties_basic(header, 12)[0] == {
        "content_type": "application/cloudevents+json",
        "content_encoding": "utf-8",
        "application_headers": {"x-publish-number": 7, "x-reason": "不在"},
        "delivery_mode": 2,
        "message_id": "m1",
        "type": "a.b.v1",
    }


@given(st.binary(max_size=300))
def test_a_body_is_cut_into_frames_that_the_broker_allows(body: bytes) -> None:
    _, header, *bodies = frames(body, frame_max=256)

    assert b"".join(bodies) == body and unpack_from(">Q", header, 4) == (len(body),)


def test_a_text_that_is_too_long_for_its_place_is_refused() -> None:
    assert short("é") == b"\x02\xc3\xa9"
    with pytest.raises(ValueError):
        short("x" * 256)
