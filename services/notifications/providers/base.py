"""What every provider does around its own calls: time, count, log, without any name or number."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kernel.metrics import count, gauge, observe
from services.notifications.domain.consent import Inbound
from services.notifications.domain.outcome import NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Attempt, Balance, NotSeen, Report
from services.notifications.domain.text import segments

log = logging.getLogger(__name__)
T = TypeVar("T")
# Whether the receipt is kept. With the second argument also when it names nothing of ours.
Take = Callable[[Report, bool], bool]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One SMS on its way out; the provider hands `attempt_id` back in its receipts.

    `template` (name@version) and `values` (as they read in a text) are for providers that send
    templates of their own.
    """

    attempt_id: str
    number: str
    text: str
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Outgoing({self.attempt_id})"


class Provider:
    """A subclass gives `name` and `try_send`, and what else its provider can be asked.

    Each `try_` makes one call and never tries again (N-6); it may raise whatever it likes.
    """

    name: str

    def try_send(self, outgoing: Outgoing) -> Outcome:
        """One call to the provider. May block up to its own time limit."""
        raise NotImplementedError

    def segments(self, text: str, template: str, values: Mapping[str, str]) -> int:
        """How many segments it takes to say this text here (N-22)."""
        return segments(text)

    def try_look_up(self, attempt: Attempt) -> Report | NotSeen | None:
        """What became of the attempt; None from a provider that cannot be asked."""
        return None

    def try_pull(self) -> list[Report]:
        """Receipts that wait at the provider; each is given once, so write them down."""
        return []

    def try_balance(self) -> Balance | None:
        """What is left on our account; None where there is none to ask."""
        return None

    def listen(self, take: Take, hear: Callable[[Inbound], None]) -> None:
        """What comes by a connection of our own instead of by our doors: receipts go to `take`,
        replies to `hear`. Both write down before they return, and may raise Unavailable."""

    def can_send(self, template: str, values: Mapping[str, str]) -> bool:
        """Whether this template (name@version) with these values can leave this way."""
        return True

    def close(self) -> None:
        """Lets go of connections. Safe to repeat."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """The outcome of one call. Never raises: what is not understood counts as no answer."""
        began = time.monotonic()
        try:
            outcome = self.try_send(outgoing)
        except Exception as error:  # its text may hold the number: only its kind is told
            outcome = NoAnswer(type(error).__name__)
        took = time.monotonic() - began
        kind, code = _told(outcome)
        count("xiangxin_sms_attempts_total", provider=self.name, outcome=kind, code=code)
        observe("xiangxin_sms_attempt_seconds", took, provider=self.name)
        log.info("attempt %s by %s: %s %s in %.0f ms", outgoing.attempt_id, self.name, kind, code,
                 took * 1000)
        return outcome

    def look_up(self, attempt: Attempt) -> Report | NotSeen | None:
        """What the provider says became of an attempt. Never raises.

        None: it cannot be asked, or did not answer. NotSeen: it says that it never saw it.
        """
        return self._asked("look_up", lambda: self.try_look_up(attempt), None)

    def pull(self) -> list[Report]:
        """Receipts that were not pushed. Never raises; an empty list may mean no answer."""
        return self._asked("pull", self.try_pull, [])

    def balance(self) -> Balance | None:
        """What is left on our account, shown as a metric too. Never raises; None: not known."""
        found = self._asked("balance", self.try_balance, None)
        if found is not None:
            gauge("xiangxin_sms_balance", found.left, provider=self.name)
        return found

    def _asked(self, what: str, ask: Callable[[], T], otherwise: T) -> T:
        try:
            answer = ask()
        except Exception as error:  # its text may hold the number: only its kind is told
            log.warning("%s of %s failed: %s", what, self.name, type(error).__name__)
            count("xiangxin_sms_questions_total", provider=self.name, what=what, answer="none")
            return otherwise
        kind = type(answer).__name__.lower() if answer else "nothing"
        count("xiangxin_sms_questions_total", provider=self.name, what=what, answer=kind)
        return answer


def _told(outcome: Outcome) -> tuple[str, str]:
    """Kind and code of an outcome; a code from outside our tables is no name for a metric."""
    match outcome:
        case Refused(code=code, verdict=verdict, listed=listed):
            return verdict, code if listed else "unlisted"
        case NotReached(reason=reason) | NoAnswer(reason=reason):
            return type(outcome).__name__.lower(), reason
    return "accepted", "ok"
