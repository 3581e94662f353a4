"""Through whom a message leaves, and what is learnt of a provider from each call (N-9, N-10)."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from services.notifications.domain.outcome import Outcome
from services.notifications.domain.routing import pick
from services.notifications.providers.base import Provider


class Routes:
    """The providers of this process by name, each with its weight. Safe from threads."""

    def __init__(self, providers: Mapping[str, tuple[Provider, float]],
                 draw: Callable[[], float] = random.random) -> None:
        self.by_name = {name: provider for name, (provider, _) in providers.items()}
        self._weights = {name: weight for name, (_, weight) in providers.items()}
        self._draw = draw

    @classmethod
    def single(cls, provider: Provider) -> Routes:
        """All messages by this one."""
        return cls({provider.name: (provider, 1)})

    def choose(self, purpose: str, now: datetime, *, template: str = "",
               values: Mapping[str, str] | None = None,
               without: Collection[str] = ()) -> Provider | None:
        """Who is to take a message of this purpose: one that can say the template (name@version)
        with these values, or any when none can, whose refusal then names what it cannot say.

        `without` names those that were just tried and not reached (N-5). None: nobody may be
        called now; the message goes back in the queue, and that is no try.
        """
        able = {name for name, provider in self.by_name.items()
                if provider.can_send(template, values or {})}
        weights = {
            name: weight for name, weight in self._weights.items()
            if name not in without and (name in able or not able)
        }
        chosen = pick(weights, self._draw())
        return self.by_name[chosen] if chosen else None

    def learn(self, name: str, outcome: Outcome, now: datetime, *, began: datetime) -> None:
        """What came of a call that began then and is over now."""

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        for provider in self.by_name.values():
            provider.close()
