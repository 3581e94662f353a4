"""Doors of requests, decisions, held credits and duties."""

from services.volunteers.service.corrections.doors import CorrectionDoors
from services.volunteers.service.corrections.errors import ERRORS

__all__ = ["ERRORS", "CorrectionDoors"]
