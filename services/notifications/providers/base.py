"""What every provider does around its own way of sending: time, count, log, without any name."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from services.notifications.domain.outcome import NoAnswer, Outcome

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One SMS on its way out; the provider hands `attempt_id` back in its receipts."""

    attempt_id: str
    number: str
    text: str

    def __repr__(self) -> str:
        return f"Outgoing({self.attempt_id})"


class Provider:
    """A subclass gives `name` and `try_send`; it makes one call and never tries again (N-6)."""

    name: str

    def try_send(self, outgoing: Outgoing) -> Outcome:
        """One call to the provider. May block up to its own time limit."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of connections. Safe to repeat."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """The outcome of one call. Never raises: what is not understood counts as no answer."""
        began = time.monotonic()
        try:
            outcome = self.try_send(outgoing)
        except Exception as error:  # its text may hold the number: only its kind is told
            outcome = NoAnswer(type(error).__name__)
        log.info("attempt %s by %s: %s in %.0f ms", outgoing.attempt_id, self.name,
                 type(outcome).__name__, (time.monotonic() - began) * 1000)
        return outcome
