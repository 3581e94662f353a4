"""The provider of demonstrations: messages arrive on a page instead of a telephone."""

from __future__ import annotations

from kernel.clock import Clock
from services.notifications.domain.outcome import Accepted, Outcome
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.store.phone import Phone, Shown


class Console(Provider):
    """Shows each message on the demonstration phone, which is a receipt at the same time."""

    name = "console"

    def __init__(self, phone: Phone, clock: Clock) -> None:
        self._phone = phone
        self._clock = clock

    def try_send(self, outgoing: Outgoing) -> Outcome:
        number = f"{outgoing.number[:3]}****{outgoing.number[-4:]}"
        shown = Shown(number=number, text=outgoing.text, at=self._clock())
        self._phone.show(outgoing.attempt_id, shown)
        return Accepted(delivered=True)
