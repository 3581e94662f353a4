"""All doors behind which residents' pages stand; they work without JavaScript."""

from __future__ import annotations

from services.events.web.activity_pages import ActivityPages
from services.events.web.consent_pages import ConsentPages
from services.events.web.mine_pages import MinePages
from services.events.web.registration_pages import RegistrationPages
from services.events.web.resident_child_pages import ResidentChildPages
from services.events.web.resident_family_pages import ResidentFamilyPages
from services.events.web.resident_joining_pages import ResidentJoiningPages
from services.events.web.resident_own_pages import ResidentOwnPages
from services.events.web.resident_pages import ResidentPages
from services.events.web.resident_phone_pages import ResidentPhonePages
from services.events.web.waiting_pages import WaitingPages


class PageDoors(ActivityPages, RegistrationPages, MinePages, ConsentPages, WaitingPages,
                ResidentPages, ResidentOwnPages, ResidentPhonePages,
                ResidentFamilyPages, ResidentChildPages, ResidentJoiningPages):
    """What is on, sign up, wait for an opening, see where one stands, answer as a guardian."""
