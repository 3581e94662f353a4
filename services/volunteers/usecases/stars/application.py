"""What the use cases of stars work with, and what they need of the ledger and of ratings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from kernel.transaction import Transactions
from services.volunteers.domain.stars.scheme import Scheme
from services.volunteers.store.stars import Stars
from services.volunteers.usecases.application import References, alone
from services.volunteers.usecases.certificates.application import Ledger


class Quality(Protocol):
    """What stars ask of ratings (评价)."""

    def __call__(self, person_ref: str) -> float | None:
        """The share of good ratings in percent; None for nobody rated."""


class End(NamedTuple):
    """Where a person's ledger ends: another `number` says that something was entered."""

    person_ref: str
    minutes: int
    number: int


class Ends(Protocol):
    """What stars ask of the ledger beside lines."""

    def __call__(self) -> Iterable[End]:
        """Everybody's end, in no order."""


class Persons(Protocol):
    """What stars ask of the register of many people at once."""

    def __call__(self, person_refs: Collection[str]) -> Mapping[str, Sequence[str]]:
        """All references of each one's person, the first first, by reference (C-35)."""


def each_alone(person_refs: Collection[str]) -> dict[str, tuple[str, ...]]:
    """While nobody has two references."""
    return {ref: (ref,) for ref in person_refs}


@dataclass(frozen=True, kw_only=True)
class StarOffice:
    """Where stars are kept, by which schemes they are given, and what they rest on."""

    transactions: Transactions
    store: Stars
    schemes: Sequence[Scheme]
    ledger: Ledger
    ends: Ends
    quality: Quality
    references: References = alone
    persons: Persons = each_alone
    weighed: dict[str, tuple[int, date]] = field(default_factory=dict)  # by this process

    def primary(self, person_ref: str) -> str:
        """Of a person's references the one that stars are kept by."""
        return self.references(person_ref)[0]


def unrated(person_ref: str) -> float | None:
    """While nobody is rated."""
    return None
