"""What this service is told by its environment: only what every service is told, so far."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.settings import Settings


@dataclass(frozen=True, kw_only=True)
class VolunteersSettings(Settings):
    """The settings of the volunteers service."""
