"""What the use cases of certificates work with, and what they need of the ledger and of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from kernel.transaction import Transactions
from kernel.tries import Tries
from kernel.vault import Sealing
from services.volunteers.domain.certificates import numbering
from services.volunteers.domain.certificates.certificate import Credit, Holder, Issuer
from services.volunteers.paper.sheet import Sheet
from services.volunteers.store.certificates import Certificates
from services.volunteers.store.names import Names


class Ledger(Protocol):
    """What certificates ask of the ledger."""

    def __call__(self, person_ref: str, *, first: date | None,
                 last: date | None) -> Sequence[Credit]:
        """The effective lines of sessions that began on these days (C-44), as of now."""


class Printer(Protocol):
    """What certificates ask of the press."""

    def certificate(self, sheet: Sheet) -> bytes:
        """The PDF. Raises NoFont, NotPrintable."""


class Holders(Protocol):
    """What certificates ask of people."""

    def __call__(self, person_ref: str) -> Holder | None:
        """Name and masked document of a person; None for nobody known."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How often one may try, in each process, and how long a paper gets; policy values."""

    lines: int = 1000  # of one certificate: that many take most of a second
    issues_per_address: int = 30  # a minute
    wrong_names: int = 5  # per person, address and ten minutes
    checks_per_address: int = 600  # a minute: an office checks a pile of them
    wrong_checks: int = 30  # per address and ten minutes


@dataclass(frozen=True, kw_only=True)
class Certification:
    """Where certificates are kept, on what they rest, how they look, and by which policy."""

    transactions: Transactions
    store: Certificates
    names: Names
    vault: Sealing
    ledger: Ledger
    holders: Holders
    press: Printer
    issuer: Issuer
    verify_url: str
    limits: Limits = field(default_factory=Limits)
    tries: Tries = field(default_factory=Tries)

    def code(self, serial: str) -> str:
        """The code of a serial: follows from it by the vault's key, so that nobody keeps it."""
        return numbering.code_of(self.vault.digest(f"certificate|{serial}"))

    def mark(self, code: str) -> str:
        """The keyed hash of a code, which is kept and compared."""
        return self.vault.digest(f"certificate code|{code}")
