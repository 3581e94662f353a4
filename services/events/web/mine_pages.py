"""My registrations on this device: remembered in a cookie until sign-in brings them everywhere."""

from __future__ import annotations

import re

from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from kernel.web.https import came_by_https
from services.events.usecases import registrations
from services.events.usecases.application import Events
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
    """What was signed up for on this device."""

    app: Events
    pages: Pages

    @door("GET", "/mine", allow=ANYONE)
    def mine_page(self, call: Call) -> Response:
        """Every registration whose page was opened here, the newest first, as it stands now."""
        now = self.app.clock()
        found = registrations.find_registrations(self.app, remembered(call))
        return self.pages.render(
            "mine.html", entries=[(each, standing(each, now)) for each in found]
        )

    @door("POST", "/mine/forget", allow=ANYONE, form=forms.NoFields())
    def forget_mine_page(self, call: Call) -> Response:
        """Forgets them on this device; the registrations stay. Safe to repeat."""
        answer = see("/mine")
        answer.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=came_by_https(call))
        return answer
