"""Who acts, and that nobody decides on what they made or on their own affairs (C-17)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from services.volunteers.domain.broken import LevelNeeded, SelfConcerned, SelfMade
from services.volunteers.domain.ruling import LEVELS, Level

_LEVEL_OF_ROLE: dict[str, Level] = {"organisation": "parent", "department": "department"}


@dataclass(frozen=True, kw_only=True)
class Acting:
    """`actor` is the name that records keep of a member of staff, "" for a resident; `person_ref`
    the resident that a member is themselves, where that is known. `address` is where they asked
    from, None for who did not come through a door; it is counted by and never kept."""

    actor: str = ""
    person_ref: str | None = None
    roles: frozenset[str] = frozenset()
    address: str | None = field(default=None, compare=False, repr=False)

    @property
    def staff(self) -> bool:
        """Whether a member of staff acts."""
        return bool(self.actor)

    @property
    def counted_at(self) -> str | None:
        """The address whose tries are counted; None for staff, who are never limited."""
        return None if self.staff else self.address

    @property
    def level(self) -> Level | None:
        """The highest level for which the member may approve a day (C-09)."""
        own = {_LEVEL_OF_ROLE[role] for role in self.roles if role in _LEVEL_OF_ROLE}
        return max(own, key=LEVELS.index, default=None)


def check_eyes(checker: Acting, *, concerned: Collection[str],
               maker: Acting | None = None) -> None:
    """Maker ≠ checker ≠ beneficiary (C-17). Raises SelfConcerned, SelfMade.

    `concerned` are the references of the person that the decision is about (C-35). A resident who
    made it is never a checker. One person with two accounts is one person, where the accounts say
    who they are.
    """
    if checker.person_ref in concerned:
        raise SelfConcerned
    if maker is None or not maker.actor:
        return
    is_same_person = checker.person_ref is not None and checker.person_ref == maker.person_ref
    if checker.actor == maker.actor or is_same_person:
        raise SelfMade


def check_level(by: Acting, level: Level) -> None:
    """Raises LevelNeeded: the department may approve what the parent organisation may (C-09)."""
    if by.level is None or LEVELS.index(by.level) < LEVELS.index(level):
        raise LevelNeeded(level)


def highest(levels: Iterable[Level | None]) -> Level | None:
    """The highest of those that there are."""
    return max((each for each in levels if each), key=LEVELS.index, default=None)
