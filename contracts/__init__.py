"""What is said between services and to other city systems: one frozen dataclass per fact."""

from . import (  # noqa: F401  (fills the catalogue)
    events,
    notifications,
    stats,
    stats_goals,
    volunteers,
    volunteers_certificates,
    volunteers_corrections,
    volunteers_people,
)
from .event import CATALOGUE, Fact, InvalidFact, UnknownFact, fact, json_schema, read, write
from .session import SessionRef

__version__ = "1.0.0"

__all__ = [
    "CATALOGUE",
    "Fact",
    "InvalidFact",
    "SessionRef",
    "UnknownFact",
    "fact",
    "json_schema",
    "read",
    "write",
]
