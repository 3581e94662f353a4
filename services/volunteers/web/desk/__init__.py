"""The console's pages about persons: what is done at a desk with somebody standing before it."""

from __future__ import annotations

from services.volunteers.web.desk.deciding import RequestPages
from services.volunteers.web.desk.finding import FindPages
from services.volunteers.web.desk.looking import LookPages
from services.volunteers.web.desk.recording import RecordPages
from services.volunteers.web.desk.registering import DeskRegisterPages

__all__ = ["DeskPages"]


class DeskPages(FindPages, DeskRegisterPages, RecordPages, LookPages, RequestPages):
    """All of them."""
