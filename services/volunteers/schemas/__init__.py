"""Queries accepted and answers given at the doors of the volunteers service."""

from services.volunteers.schemas.hours import (
    Asked,
    AsOf,
    BalanceAnswer,
    DepositAnswer,
    EntryAnswer,
    HoursAnswer,
    Period,
    PointsAnswer,
    Whose,
)

__all__ = [
    "AsOf", "Asked", "BalanceAnswer", "DepositAnswer", "EntryAnswer", "HoursAnswer", "Period",
    "PointsAnswer", "Whose",
]
