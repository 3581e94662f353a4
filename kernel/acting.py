"""Who acts, and whether a second pair of eyes is really a second one (C-17)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

Seen = Literal["maker", "concerned"]


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


def not_other_eyes(checker: Acting, *, maker: Acting | None = None,
                   concerned: Collection[str] = ()) -> Seen | None:
    """Why this checker may not decide, None when they may: maker ≠ checker ≠ beneficiary (C-17).

    `concerned` are the references of the person that the decision is about (C-35). A resident who
    made it is never a checker. One person with two accounts is one person, where the accounts say
    who they are.
    """
    if checker.person_ref in concerned:
        return "concerned"
    if maker is None or not maker.actor:
        return None
    is_same_person = checker.person_ref is not None and checker.person_ref == maker.person_ref
    return "maker" if checker.actor == maker.actor or is_same_person else None
