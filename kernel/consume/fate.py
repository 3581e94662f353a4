"""The fates of a heard message, as rules without a broker: done, kept in hand, later, parked."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.event import InvalidFact, UnknownFact
from kernel.envelope import Envelope, Malformed, parse
from kernel.mongo import Unavailable
from kernel.wire import Wire

ATTEMPT = "x-attempt"  # how often it failed
REASON = "x-reason"
FIRST_FAILED_AT = "x-first-failed-at"
QUEUE = "x-queue"
OURS = (ATTEMPT, REASON, FIRST_FAILED_AT, QUEUE)

LONGEST_REASON = 300
_TYPE = re.compile(r"[a-z]+(\.[a-z_]+)+\.v[0-9]{1,4}")  # anything else may name a person (N-24)
IN_A_ROW = 5  # failures after which the consumer pauses and probes
PAUSE = (0.5, 10.0)  # seconds, shortest and longest


class Permanent(Exception):
    """Raised by a handler: this message can never be worked on. It is parked at once.

    The text becomes the reason that operators read, so no name or telephone belongs in it.
    """


@dataclass(frozen=True)
class Done:
    """Its effect is committed: acknowledge it."""


@dataclass(frozen=True)
class Held:
    """The database is away: nothing is wrong with the message, keep it in hand and probe."""


@dataclass(frozen=True)
class Later:
    """Try again after a while: on the rung of that number, counted from 0."""

    rung: int
    reason: str


@dataclass(frozen=True)
class Parked:
    """A person has to look at it."""

    reason: str


Fate = Done | Held | Later | Parked


@dataclass(frozen=True, kw_only=True)
class Past:
    """What a message has been through, read from headers that anybody may have written."""

    attempts: int = 0
    first_failed_at: str | None = None

    def failed(self, *, queue: str, reason: str, now: datetime) -> dict[str, Any]:
        """The headers it carries after failing once more; nothing foreign is carried along."""
        return {
            ATTEMPT: self.attempts + 1,
            REASON: reason,
            FIRST_FAILED_AT: self.first_failed_at or now.isoformat(timespec="seconds"),
            QUEUE: queue,
        }


def past_of(headers: object) -> Past:
    """Reads our own headers; whatever is not as we write it counts as absent."""
    if not isinstance(headers, Mapping):
        return Past()
    attempts, first = headers.get(ATTEMPT), headers.get(FIRST_FAILED_AT)
    sound = isinstance(attempts, int) and not isinstance(attempts, bool) and 0 <= attempts < 1000
    return Past(
        attempts=attempts if sound and isinstance(attempts, int) else 0,
        first_failed_at=first if isinstance(first, str) and len(first) <= 40 else None,
    )


def understood(body: bytes, wire: Wire | None = None) -> Envelope | Parked:
    """The envelope with a fact that the catalogue knows, or why it has to be parked.

    One that cannot be opened is handed on as it is: while keys are changed other processes may know
    one that this process gets with its next start, so it is tried again as after any failure.
    """
    try:
        envelope = parse(body)
        envelope = wire.opened(envelope) if wire else envelope
        if not envelope.is_sealed:
            envelope.fact()
    except Malformed as error:
        return Parked(f"malformed: {error.reason}")
    except UnknownFact:
        told = envelope.type if _TYPE.fullmatch(envelope.type) else "one that is no name of a fact"
        return Parked(f"unknown type: {told}"[:LONGEST_REASON])
    except InvalidFact as error:
        fields = ", ".join(map(str, error.errors))
        return Parked(f"invalid {envelope.type}: {fields}"[:LONGEST_REASON])
    return envelope


def fate_of(error: BaseException, *, past: Past, rungs: int) -> Fate:
    """What becomes of one message after the handler failed on it alone."""
    if isinstance(error, Unavailable):
        return Held()
    if isinstance(error, Permanent):
        return Parked(f"permanent: {error}"[:LONGEST_REASON])
    if past.attempts >= rungs:
        return Parked(f"failed {past.attempts + 1} times: {reason_of(error)}"[:LONGEST_REASON])
    return Later(past.attempts, reason_of(error))


def reason_of(error: BaseException) -> str:
    """The kind of error and where it was raised; not its text, which may hold personal facts."""
    frames: Sequence[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    place = "/".join(last.filename.split("/")[-2:])
    return f"{type(error).__name__} in {last.name} ({place}:{last.lineno})"


@dataclass
class Outage:
    """Failures in a row: when there are too many, pause and let single messages probe."""

    failures: int = 0
    pause: float = field(default=0.0)  # seconds to wait before the next message

    @property
    def probing(self) -> bool:
        return self.pause > 0

    def worked(self) -> None:
        self.failures, self.pause = 0, 0.0

    def failed(self, fate: Fate) -> None:
        """A message that is parked as permanent says nothing about the world around."""
        shortest, longest = PAUSE
        self.failures += 1
        if isinstance(fate, Held) or self.failures >= IN_A_ROW:
            self.pause = min(max(shortest, self.pause * 2), longest)
