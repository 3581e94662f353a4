"""The account of a run: what was asked and accepted against every effect that it had."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Account:
    """Names of things told (visits, registrations …); effects and deliveries are counted."""

    attempted: int
    accepted: frozenset[str]
    effects: Counter[str]
    parked: frozenset[str] = frozenset()
    deliveries: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> set[str]:
        """Accepted, without effect, and nobody is told why."""
        return set(self.accepted - self.effects.keys() - self.parked)

    @property
    def duplicated(self) -> set[str]:
        """What had its effect more than once."""
        return {name for name, times in self.effects.items() if times > 1}

    @property
    def recovered(self) -> set[str]:
        """What was delivered more than once and had its effect once."""
        again = {name for name, times in self.deliveries.items() if times > 1}
        return {name for name in again if self.effects[name] == 1}

    @property
    def is_sound(self) -> bool:
        """Nothing lost, nothing doubled, and nothing in two places."""
        return not self.lost and not self.duplicated and not (self.parked & self.effects.keys())

    def line(self) -> str:
        """One line of figures, in the order in which Jepsen gives them."""
        return (
            f"attempted {self.attempted:5}  accepted {len(self.accepted):5}  "
            f"lost {len(self.lost):4}  duplicated {len(self.duplicated):4}  "
            f"parked {len(self.parked):3}  recovered {len(self.recovered):4}"
        )
