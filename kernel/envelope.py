"""The envelope around a told fact: a CloudEvents 1.0 message in structured JSON.

`sequence` follows the CloudEvents extension of that name: a decimal string of fixed width, so that
it sorts as text; it is read from a string or a number, and inside it is an integer (1, 2, 3 … per
subject).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NoReturn

import contracts  # noqa: F401  (fills the catalogue)
from contracts.event import Fact, read, write

CONTENT_TYPE = "application/cloudevents+json"
LARGEST_MESSAGE = 1024 * 1024  # bytes a consumer takes in; an outbox entry is far smaller
SEQUENCE_WIDTH = 10

SEALED = "sealed"  # the only member of the data of a private fact on its way (kernel/wire.py)

_TOKEN = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class Malformed(Exception):
    """The message is no envelope; `reason` names the broken rule, never what was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StillSealed(Exception):
    """The fact was sealed on its way with a key that this process does not have, or was altered."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One told fact on its way. `data` is the fact as written by its contract."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    data: dict[str, Any]
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None

    def fact(self) -> Fact:
        """The fact inside. Raises contracts' UnknownFact or InvalidFact, and StillSealed; read
        once, then kept."""
        return self._fact

    @property
    def is_sealed(self) -> bool:
        """Whether its data has to be opened first."""
        return self.data.keys() == {SEALED}

    @cached_property
    def _fact(self) -> Fact:
        if self.is_sealed:
            raise StillSealed(self.type)
        return read(self.type, self.data)

    def to_json(self) -> str:
        written: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": _written(self.time),
            "datacontenttype": "application/json",
            "dataschema": schema_address(self.type),
            "sequence": str(self.sequence).zfill(SEQUENCE_WIDTH),
            "correlationid": self.correlationid,
        }
        if self.causationid is not None:
            written["causationid"] = self.causationid
        if self.traceparent is not None:
            written["traceparent"] = self.traceparent
        written["data"] = self.data
        return _encode(written)


def schema_address(key: str) -> str:
    """The name of a fact's JSON Schema (`contracts/schemas/<key>.json`) as a URI."""
    return f"urn:xiangxin:schema:{key}"


def wrap(
    fact: Fact,
    *,
    id: str,
    source: str,
    sequence: int,
    time: datetime,
    cause: Envelope | None = None,
    traceparent: str | None = None,
) -> Envelope:
    """Put a fact into its envelope. What has no cause starts a correlation of its own.

    Raises contracts' InvalidFact when the fact breaks its contract.
    """
    return Envelope(
        id=id,
        source=source,
        type=fact.key,
        subject=fact.subject(),
        time=time,
        sequence=sequence,
        data=write(fact),
        correlationid=cause.correlationid if cause else id,
        causationid=cause.id if cause else None,
        traceparent=traceparent or (cause.traceparent if cause else None),
    )


def parse(body: bytes | str) -> Envelope:
    """Read an envelope as it came from outside. Raises Malformed; unknown members are ignored."""
    document = _decoded(body)
    if document.get("specversion") != "1.0":
        raise Malformed("specversion is not 1.0")
    data = document.get("data")
    if not isinstance(data, dict):
        raise Malformed("data is not an object")
    envelope: Envelope = object.__new__(Envelope)  # a frozen __init__ sets field by field: dearer
    envelope.__dict__.update(
        id=_token(document, "id"),
        source=_token(document, "source"),
        type=_token(document, "type"),
        subject=_text(document, "subject"),
        time=_moment(document.get("time")),
        sequence=_sequence(document.get("sequence")),
        data=data,
        correlationid=_optional(document, "correlationid") or _token(document, "id"),
        causationid=_optional(document, "causationid"),
        traceparent=_optional(document, "traceparent"),
    )
    return envelope


def _decoded(body: bytes | str) -> dict[str, Any]:
    if len(body) > LARGEST_MESSAGE:
        raise Malformed(f"larger than {LARGEST_MESSAGE} bytes")
    try:
        text = body if isinstance(body, str) else body.decode("utf-8")
        document = _JSON.decode(text)
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(document, dict):
        raise Malformed("not a JSON object")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)  # made once: half of the cost of reading
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _token(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise Malformed(f"{name} is not a short printable text")
    return value


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise Malformed(f"{name} is not a short printable text")
    return value


def _optional(document: Mapping[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else _token(document, name)


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise Malformed("time is missing")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Malformed("time is not RFC 3339") from None
    if moment.tzinfo is None:
        raise Malformed("time has no offset")
    return moment.astimezone(UTC)


def _sequence(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Malformed("sequence is not a positive number")
    return value


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
