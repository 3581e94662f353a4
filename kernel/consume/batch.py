"""Working on a batch: all together; when that fails each alone, so that one fails no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kernel.consume.fate import Done, Fate, Held, Past, fate_of
from kernel.envelope import CONTENT_TYPE, Envelope
from kernel.mongo import Unavailable

Work = Callable[[list[Envelope]], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Heard:
    """A message that was understood, and the delivery tag under which the broker knows it."""

    tag: int
    envelope: Envelope
    past: Past
    body: bytes
    content_type: str = CONTENT_TYPE

    @property
    def message_id(self) -> str:
        return self.envelope.id

    @property
    def type(self) -> str:
        return self.envelope.type


Judged = tuple[Sequence[Heard], Fate, BaseException | None]


def judge(work: Work, heard: Sequence[Heard], *, rungs: int) -> Iterator[Judged]:
    """Calls work and yields what became of whom, as soon as it is known.

    Lazy: a caller that stops asking leaves the rest unworked. After Held nothing more is yielded:
    those that were not yielded with another fate are still in hand.
    """
    try:
        work([one.envelope for one in heard])
    except Unavailable as error:
        yield heard, Held(), error
        return
    except Exception as error:
        if len(heard) == 1:
            yield heard, fate_of(error, past=heard[0].past, rungs=rungs), error
            return
    else:
        yield heard, Done(), None
        return
    for one in heard:
        for judged in judge(work, [one], rungs=rungs):
            yield judged
            if isinstance(judged[1], Held):
                return
