"""The register's doors, by who stands before them."""

from __future__ import annotations

from services.volunteers.service.people.amending import AmendDoors
from services.volunteers.service.people.errors import ERRORS
from services.volunteers.service.people.looking import LookDoors
from services.volunteers.service.people.owning import OwnDoors
from services.volunteers.service.people.recording import RecordDoors
from services.volunteers.service.people.registering import RegisterDoors

__all__ = ["ERRORS", "PeopleDoors"]


class PeopleDoors(RegisterDoors, OwnDoors, RecordDoors, LookDoors, AmendDoors):
    """All of them."""
