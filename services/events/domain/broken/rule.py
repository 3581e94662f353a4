"""What every broken rule is."""

from __future__ import annotations


class BrokenRule(Exception):
    """Base of all refusals of this service; `str()` is a sentence for the person (Chinese)."""


class BadParty(BrokenRule):
    """One person of a party is at fault; `errors` names which, as the door's fields are named."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"第 {place + 1} 位{reason}")
        self.place = place
        self.errors = {f"party.{place}": [reason]}
