"""Deliveries put together from whatever pieces the socket gives."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from struct import pack

import amqp
import pytest
from amqp.serialization import dumps
from hypothesis import given
from hypothesis import strategies as st

from kernel.consume.frames import BrokenFrame, Frames, Raw, properties_of


class Pieces:
    """A socket that gives what it was given, and a connection around it."""

    def __init__(self, *pieces: bytes) -> None:
        self.transport = self
        self.sock = self
        self.bytes_recv = 0
        self.others: list[tuple[int, int, bytes]] = []
        self._pieces = list(pieces)

    def recv(self, _: int) -> bytes:
        return self._pieces.pop(0)

    def on_inbound_frame(self, frame: tuple[int, int, bytes]) -> None:
        self.others.append(frame)


def frame(kind: int, payload: bytes) -> bytes:
    return pack(">BHI", kind, 1, len(payload)) + payload + b"\xce"


def delivery(tag: int, *bodies: bytes, properties: bytes = b"\0\0") -> bytes:
    arguments = dumps("sLbss", ("main", tag, False, "xiangxin.facts", "a.b.v1"))
    header = pack(">HHQ", 60, 0, sum(map(len, bodies))) + properties
    frames = [frame(1, pack(">HH", 60, 60) + arguments), frame(2, header)]
    return b"".join([*frames, *(frame(3, body) for body in bodies)])


def read(*pieces: bytes) -> tuple[list[Raw], Pieces]:
    line = Pieces(*pieces)
    frames = Frames(line, lambda _: None)
    return [raw for _ in pieces for raw in frames.read()], line


def test_a_delivery_has_its_tag_and_body() -> None:
    [raw], _ = read(delivery(7, b"one"))

    assert (raw.consumer, raw.tag, raw.body) == ("main", 7, b"one")


def test_a_body_in_several_frames_is_put_together() -> None:
    [raw], _ = read(delivery(7, b"one ", b"two"))

    assert raw.body == b"one two"


def test_a_delivery_without_a_body_is_one_too() -> None:
    [raw], _ = read(delivery(7))

    assert raw.body == b""


def test_other_methods_and_heartbeats_go_to_the_library() -> None:
    cancel, heartbeat = frame(1, pack(">HH", 60, 30) + b"\x01a\0"), frame(8, b"")

    raws, line = read(cancel + delivery(1, b"x") + heartbeat)

    assert [raw.tag for raw in raws] == [1]
    assert [kind for kind, _, _ in line.others] == [1, 8]


@given(st.lists(st.integers(0, 120), max_size=6))
def test_it_does_not_matter_where_the_stream_is_cut(cuts: list[int]) -> None:
    stream = delivery(1, b"first") + delivery(2, b"sec", b"ond")
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[a:b] for a, b in pairwise(places)]

    raws, _ = read(*pieces)

    assert [(raw.tag, raw.body) for raw in raws] == [(1, b"first"), (2, b"second")]


def test_what_is_not_amqp_breaks_the_line() -> None:
    with pytest.raises(BrokenFrame):
        read(pack(">BHI", 1, 1, 2) + b"ab" + b"!")


def test_a_closed_socket_breaks_the_line() -> None:
    with pytest.raises(ConnectionResetError):
        read(b"")


def raw_properties(**properties: object) -> bytes:
    serialized: bytes = amqp.Message(b"", **properties)._serialize_properties()
    return serialized


def test_properties_are_read_when_they_are_needed() -> None:
    raw = raw_properties(message_id="m1", application_headers={"x-attempt": 2})

    assert properties_of(raw) == {"message_id": "m1", "application_headers": {"x-attempt": 2}}


def test_properties_that_cannot_be_read_count_as_absent() -> None:
    moment = raw_properties(application_headers={"at": datetime(2021, 9, 1, tzinfo=UTC)})
    beyond = moment.replace(moment[-8:], b"\xff" * 8)
    deep = b"\x20\0" + pack(">I", 9) + b"\x01aF" + pack(">I", 10**6)

    for raw in (b"", b"\xff", beyond, deep, b"\x80\0\x05ab"):
        assert isinstance(properties_of(raw), dict)
