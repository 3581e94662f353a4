"""What this service is told by its environment: what every service is told, and no more."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.settings import Settings


@dataclass(frozen=True, kw_only=True)
class StatsSettings(Settings):
    """Nothing of its own yet."""
