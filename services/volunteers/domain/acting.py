"""Who acts, for which level, and that nobody decides on their own affairs (C-09, C-17)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import kernel.acting
from services.volunteers.domain.broken import LevelNeeded, SelfConcerned, SelfMade
from services.volunteers.domain.ruling import LEVELS, Level

_LEVEL_OF_ROLE: dict[str, Level] = {"organisation": "parent", "department": "department"}


@dataclass(frozen=True, kw_only=True)
class Acting(kernel.acting.Acting):
    """Who acts, with the level that their roles give them; `own` are the references for which a
    resident's account stands that is signed in."""

    own: frozenset[str] = frozenset()

    @property
    def level(self) -> Level | None:
        """The highest level for which the member may approve a day (C-09)."""
        own = {_LEVEL_OF_ROLE[role] for role in self.roles if role in _LEVEL_OF_ROLE}
        return max(own, key=LEVELS.index, default=None)


def check_eyes(checker: Acting, *, concerned: Collection[str],
               maker: Acting | None = None) -> None:
    """As `kernel.acting.not_other_eyes` (C-17). Raises SelfConcerned, SelfMade."""
    match kernel.acting.not_other_eyes(checker, maker=maker, concerned=concerned):
        case "concerned":
            raise SelfConcerned
        case "maker":
            raise SelfMade


def check_level(by: Acting, level: Level) -> None:
    """Raises LevelNeeded: the department may approve what the parent organisation may (C-09)."""
    if by.level is None or LEVELS.index(by.level) < LEVELS.index(level):
        raise LevelNeeded(level)


def highest(levels: Iterable[Level | None]) -> Level | None:
    """The highest of those that there are."""
    return max((each for each in levels if each), key=LEVELS.index, default=None)
