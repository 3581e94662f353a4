"""A roster (名单) that comes in from a sheet: parties, and where in it each person stands."""

from __future__ import annotations

from dataclasses import dataclass

from services.events.domain.person import Newcomer


@dataclass(frozen=True, kw_only=True)
class RosterParty:
    """A party with the sheet's line of each of its persons."""

    lines: tuple[int, ...]
    members: tuple[Newcomer, ...]
