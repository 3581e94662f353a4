"""The desk: where the messages in hand are worked on and each is settled after its fate."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from kernel import metrics
from kernel.broker import Message
from kernel.consume.batch import Heard, Work, judge
from kernel.consume.fate import Done, Fate, Held, Later, Outage, Parked
from kernel.consume.intake import Refused, moved
from kernel.crash import crash_point
from kernel.envelope import Envelope
from kernel.topology import Flow

log = logging.getLogger(__name__)

MOVE_AGAIN = (0.5, 10.0)  # seconds between attempts to move, shortest and longest


class Hand(Protocol):
    """What the desk needs of the line its messages came by."""

    def ack(self, tags: Sequence[int], /) -> None: ...

    @property
    def over(self) -> bool:
        """Whether the messages are no longer ours: the line broke, or we are to stop."""

    def wait(self, seconds: float, /) -> None:
        """Returns after the seconds, or as soon as it is over."""


class Desk:
    """Works on what is in hand. Messages left when it is over go back to the broker untouched."""

    def __init__(
        self,
        flow: Flow,
        work: Work,
        *,
        move: Callable[[Mapping[int, Message]], set[int]],
        rungs: Sequence[float],
        now: Callable[[], datetime],
    ) -> None:
        self._flow = flow
        self._work = work
        self._move = move
        self._rungs = rungs
        self._now = now
        self._outage = Outage()
        self._count("parked", 0)  # of a counter that was not there no alert sees the first

    @property
    def most(self) -> int:
        """How many messages to hand in next: one alone while an outage is probed."""
        return 1 if self._outage.probing else self._flow.batch

    def refuse(self, hand: Hand, refused: Sequence[Refused]) -> None:
        """Park what nobody understands."""
        self._park_or_retry(hand, [(one, Parked(one.reason)) for one in refused])

    def handle(self, hand: Hand, heard: Sequence[Heard]) -> None:
        """Let the handler work on the messages until each has a fate, or it is over."""
        metrics.observe("xiangxin_heard_batch_size", len(heard), queue=self._flow.queue)
        left = list(heard)
        while left and not hand.over:
            together = left[: self.most]
            for judged, fate, error in judge(self._working, together, rungs=len(self._rungs)):
                self._settle(hand, judged, fate, error)
                if not isinstance(fate, Held):
                    settled = {one.tag for one in judged}
                    left = [one for one in left if one.tag not in settled]
                hand.wait(self._outage.pause)
                if hand.over or len(together) > self.most:
                    break

    def _working(self, envelopes: list[Envelope]) -> None:
        began = time.monotonic()
        crash_point("consume.before_work")
        self._work(envelopes)
        crash_point("consume.after_work")
        metrics.observe("xiangxin_heard_seconds", time.monotonic() - began, queue=self._flow.queue)

    def _settle(
        self, hand: Hand, judged: Sequence[Heard], fate: Fate, error: BaseException | None
    ) -> None:
        if isinstance(fate, Done):
            hand.ack([one.tag for one in judged])
            self._outage.worked()
            self._count("done", len(judged))
        else:
            self._outage.failed(fate)
            if isinstance(fate, Held):
                log.warning("%s waits: %s", self._flow.queue, error)
                self._count("kept", len(judged))
            else:
                self._park_or_retry(hand, [(one, fate) for one in judged])
        metrics.gauge("xiangxin_consumer_paused", self._outage.probing, queue=self._flow.queue)

    def _park_or_retry(
        self, hand: Hand, fates: Sequence[tuple[Heard | Refused, Later | Parked]]
    ) -> None:
        """Move each message, and only when it is confirmed there acknowledge it here.

        While the move fails they stay in hand: the broker gets them back when the line breaks.
        """
        for one, fate in fates:
            self._tell(one, fate)
        messages = {one.tag: self._message(one, fate) for one, fate in fates}
        pause, longest = MOVE_AGAIN
        while messages:
            confirmed = self._moved(messages)
            if confirmed:
                crash_point("consume.after_move")
                hand.ack(sorted(confirmed))
                messages = {tag: m for tag, m in messages.items() if tag not in confirmed}
            if not messages or hand.over:
                return
            hand.wait(pause)
            pause = min(pause * 2, longest)

    def _moved(self, messages: Mapping[int, Message]) -> set[int]:
        try:
            confirmed = self._move(messages)
        except Exception as error:
            log.warning("moving from %s: %s: %s", self._flow.queue, type(error).__name__, error)
            return set()
        for tag in messages.keys() - confirmed:
            log.error("%s takes no message: is the topology declared?", messages[tag].routing_key)
        return confirmed

    def _message(self, one: Heard | Refused, fate: Later | Parked) -> Message:
        if isinstance(fate, Later):
            target = self._flow.rung(self._rungs[fate.rung])
        else:
            target = self._flow.parked
        headers = one.past.failed(queue=self._flow.queue, reason=fate.reason, now=self._now())
        return moved(one, by=self._flow.moves, target=target, headers=headers)

    def _tell(self, one: Heard | Refused, fate: Later | Parked) -> None:
        if isinstance(fate, Parked):
            log.error("%s parked %s: %s", self._flow.queue, one.message_id, fate.reason)
            self._count("parked", 1)
        else:
            log.warning("%s retries %s later: %s", self._flow.queue, one.message_id, fate.reason)
            self._count("retried", 1)

    def _count(self, fate: str, by: int) -> None:
        metrics.count("xiangxin_facts_heard_total", by, queue=self._flow.queue, fate=fate)
