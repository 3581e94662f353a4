"""Calls to one receiver, what is written down of them, and the line, marked from time to time."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kernel import metrics
from kernel.clock import Clock, Ids
from kernel.crash import crash_point
from kernel.vault import Sealing
from services.city.domain.patience import Ending
from services.city.domain.signing import MASKED, PREFIX, SIGNATURE, masked, signed
from services.city.domain.webhook import Attempt, Kind, Webhook
from services.city.store import Store
from services.city.store.lines import Kept
from services.city.webhooks.bodies import HEADERS
from services.city.webhooks.calling import GONE, Answer, Caller
from services.city.webhooks.tail import Tail

MARKED_EVERY = 1.0  # seconds
MOST_UNMARKED = 50  # calls
MOST_SHOWN = 1000  # characters of an answer that are kept
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What calling receivers needs. `chance` gives numbers from 0 to 1."""

    store: Store
    tail: Tail
    vault: Sealing
    caller: Caller
    clock: Clock
    chance: Callable[[], float]
    ids: Ids


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a call brings; `position` is 0 for a ping."""

    kind: Kind
    id: str
    key: str
    position: int
    body: str


class Record:
    """Raises LostTurn when somebody else wrote the line, VaultRefused, and pymongo's errors."""

    def __init__(self, parts: Parts, name: str, kept: Kept) -> None:
        self._parts, self._name, self._kept = parts, name, kept
        self._attempts: list[Attempt] = []
        self._secrets: dict[bytes, str] = {}
        self._moved, self._marked_at = False, time.monotonic()

    def call(self, webhook: Webhook, sent: Sent) -> Answer:
        """Calls the receiver; the line does not know of it yet."""
        now, body = self._parts.clock(), sent.body.encode()
        secrets = [self._opened(each.sealed) for each in webhook.signing(now)]
        headers = {**HEADERS, **signed(secrets, id=sent.id, at=now, body=body)}
        answer = self._parts.caller.call(webhook.url, body, headers)
        crash_point("webhooks.after_call")
        self._attempts.append(Attempt(
            call_id=self._parts.ids(), name=self._name, kind=sent.kind, id=sent.id, key=sent.key,
            position=sent.position, url=webhook.url, headers=masked(headers), at=now,
            took=round(answer.took, 3), status=answer.status, error=answer.error,
            outcome="delivered" if answer.is_success else "failed",
            answer=shown(answer.body, headers[SIGNATURE]),
        ))
        return answer

    def _opened(self, sealed: bytes) -> str:
        """Opened once in a turn."""
        if sealed not in self._secrets:
            self._secrets[sealed] = self._parts.vault.open(
                sealed)  # type: ignore[arg-type]  # bson's Binary
        return self._secrets[sealed]

    def ended(self, ending: Ending, answer: Answer) -> None:
        """What a failure led to, written down at once."""
        if ending == "given_up":
            self._attempts[-1] = replace(self._attempts[-1], outcome="given_up")
            log.warning("%s: gave up %s", self._name, self._attempts[-1].id)
        self.moved()
        self.mark()
        if answer.status == GONE:
            self._pause("the receiver answered 410: it wants no more calls")
        elif ending == "paused":
            self._pause("not one call succeeded in three days")

    def moved(self) -> None:
        """The line changed."""
        self._moved = True

    def mark_in_time(self) -> None:
        """Marks when the last time is long ago, or there is much to be marked."""
        is_late = time.monotonic() - self._marked_at >= MARKED_EVERY
        if is_late or len(self._attempts) >= MOST_UNMARKED:
            self.mark()

    def mark(self) -> None:
        """What was called goes into the log first: it was called, whoever holds the line."""
        attempts, self._attempts = self._attempts, []
        self._parts.store.calls.add(self._name, attempts)
        for each in attempts:
            metrics.count("xiangxin_webhook_calls_total", subscriber=self._name,
                          outcome=each.outcome)
        if self._moved:
            self._parts.store.lines.keep(self._name, self._kept)
            self._moved = False
            crash_point("webhooks.after_mark")
        self._marked_at = time.monotonic()

    def _pause(self, why: str) -> None:
        if self._parts.store.webhooks.pause(self._name, why):
            log.warning("%s is paused: %s", self._name, why)


def shown(answer: str, signature: str) -> str:
    """The beginning of an answer for people: no secret and no signature that it repeats, nothing
    that a terminal would act on."""
    for part in signature.split(" "):
        for form in (part, part.partition(",")[2]):
            answer = answer.replace(form, MASKED)
    answer = re.sub(rf"{PREFIX}[A-Za-z0-9+/=_-]*", MASKED, answer)
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd"
                   for each in answer[:MOST_SHOWN])
