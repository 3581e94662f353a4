"""Queries accepted and answers given at the doors of the volunteers service."""

from services.volunteers.schemas.hours import (
    Asked,
    AsOf,
    BalanceAnswer,
    EntryAnswer,
    HoursAnswer,
    Period,
    Whose,
)

__all__ = [
    "AsOf", "Asked", "BalanceAnswer", "EntryAnswer", "HoursAnswer", "Period", "Whose",
]
