"""The ledger's settings: what keeps it from entering twice, and whether its handler fails."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import one_of
from kernel.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class LedgerSettings(Settings):
    """What the ledger is told beyond what every service is told."""

    guard: str = setting(
        "LEDGER_GUARD",
        default="inbox",
        parse=one_of("inbox", "key", "none"),
        meaning="what keeps a second delivery from having a second effect",
    )
    fails: str = setting(
        "LEDGER_FAILS",
        default="no",
        parse=one_of("yes", "no"),
        meaning="whether visits of the programme `broken` make the handler fail",
    )
