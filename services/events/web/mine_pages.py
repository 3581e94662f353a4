"""My registrations: those of who is signed in, on any device, and those remembered on this one."""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from kernel.web.https import came_by_https
from services.events.usecases import registrations
from services.events.usecases.application import Events
from services.events.usecases.resident_people import registrations_of
from services.events.usecases.resident_signing_in import stands_for
from services.events.web import forms
from services.events.web.standing import standing

COOKIE = "xiangxin_mine"  # ids of registrations whose page was opened here, the newest first
KEPT = 20
KEPT_SECONDS = 180 * 86_400
ID = re.compile(r"[0-9a-f]{32}")


def remembered(call: Call) -> list[str]:
    """The registrations this browser has seen; whatever else stands in the cookie is passed over.

    An id in it opens no more than the same id in an address.
    """
    written = call.request.cookies.get(COOKIE, "")
    return [each for each in written.split(".") if ID.fullmatch(each)][:KEPT]


def remember(page: Response, call: Call, registration_id: str) -> Response:
    """The page with the registration remembered first; the oldest is forgotten beyond `KEPT`."""
    ids = [registration_id, *(each for each in remembered(call) if each != registration_id)]
    page.set_cookie(
        COOKIE, ".".join(ids[:KEPT]), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=came_by_https(call),
    )
    return page


class MinePages:
    """What was signed up for, by the account that is signed in and on this device."""

    app: Events
    pages: Pages

    @door("GET", "/mine", allow=ANYONE)
    def mine_page(self, call: Call) -> Response:
        """All of the account's, then the others whose page was opened here, the newest first."""
        now, resident = self.app.clock(), call.resident
        refs = stands_for(self.app, resident.account_id) if resident else ()
        mine = registrations_of(self.app, refs)
        known = {each.registration.registration_id for each in mine}
        here = [each for each in remembered(call) if each not in known]
        return self.pages.render(
            "mine.html", signed_in=resident is not None,
            mine=[(each, standing(each, now)) for each in mine],
            entries=[(each, standing(each, now))
                     for each in registrations.find_registrations(self.app, here)],
        )

    @door("POST", "/mine/forget", allow=ANYONE, form=forms.NoFields())
    def forget_mine_page(self, call: Call) -> Response:
        """Forgets them on this device; the registrations stay. Safe to repeat."""
        answer = see("/mine")
        answer.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=came_by_https(call))
        return answer
