"""What goes wrong and when: a plan of faults that a seed decides, the same for both stacks."""

from __future__ import annotations

import random
from dataclasses import dataclass

QUIET_AT_FIRST, QUIET_AT_LAST = 3.0, 5.0  # seconds without faults at both ends


@dataclass(frozen=True, order=True)
class Strike:
    """One fault: when it begins (seconds from the start), what, on whom, how long it lasts."""

    at: float
    fault: str
    target: str
    lasts: float

    def __str__(self) -> str:
        lasting = f" for {self.lasts:.1f} s" if self.lasts else ""
        return f"{self.at:6.1f} s  {self.fault} {self.target}{lasting}"


# fault, target, shortest and longest time it lasts, how often in a hundred seconds
KINDS = (
    ("SIGKILL", "consumer", 0.0, 0.0, 2),
    ("SIGKILL", "producer", 0.0, 0.0, 2),
    ("SIGKILL", "relay", 0.0, 0.0, 2),
    ("SIGKILL", "sender", 0.0, 0.0, 2),
    ("SIGKILL", "broker", 1.0, 4.0, 2),
    ("SIGKILL", "database", 0.5, 2.0, 1),
    ("SIGTERM", "consumer", 0.0, 0.0, 2),
    ("SIGTERM", "producer", 0.0, 0.0, 1),
    ("SIGTERM", "relay", 0.0, 0.0, 1),
    ("freeze", "broker", 3.0, 8.0, 1),
    ("freeze", "database", 1.0, 4.0, 1),
    ("reset", "broker line", 0.0, 0.0, 4),
    ("hole", "broker line", 2.0, 12.0, 2),
    ("half-hole", "broker line", 2.0, 12.0, 3),
    ("refuse", "broker line", 1.0, 4.0, 1),
    ("reset", "database line", 0.0, 0.0, 2),
)


def plan(seed: int, seconds: float) -> list[Strike]:
    """The strikes in order; one begins only after the one before it is over."""
    dice = random.Random(seed)
    kinds = [kind for kind in KINDS for _ in range(max(1, round(kind[4] * seconds / 100)))]
    dice.shuffle(kinds)
    lasting = [dice.uniform(shortest, longest) for _, _, shortest, longest, _ in kinds]
    room = seconds - QUIET_AT_FIRST - QUIET_AT_LAST - sum(lasting)
    gaps = sorted(dice.uniform(0, max(room, 0.0)) for _ in kinds)
    strikes, passed = [], QUIET_AT_FIRST
    for (fault, target, *_), lasts, gap in zip(kinds, lasting, gaps, strict=True):
        strikes.append(Strike(passed + gap, fault, target, lasts))
        passed += lasts
    return strikes
