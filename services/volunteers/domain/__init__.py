"""The rules of the ledger: what a stay at a session is worth in minutes, and when it is held."""

from services.volunteers.domain.attendance import Attendance, Told, hear, ruled
from services.volunteers.domain.desired import counted, desired
from services.volunteers.domain.entry import Entry, Line
from services.volunteers.domain.explained import explained
from services.volunteers.domain.rules import HourRules
from services.volunteers.domain.ruling import DayApproval, Ruling, is_credited
from services.volunteers.domain.spans import Span, minutes, without
from services.volunteers.domain.stays import Stay, paired

__all__ = [
    "Attendance",
    "DayApproval",
    "Entry",
    "HourRules",
    "Line",
    "Ruling",
    "Span",
    "Stay",
    "Told",
    "counted",
    "desired",
    "explained",
    "hear",
    "is_credited",
    "minutes",
    "paired",
    "ruled",
    "without",
]
