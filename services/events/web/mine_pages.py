"""My registrations: those of who is signed in, on any device, and those remembered on this one."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from kernel.web.https import came_by_https
from services.events.usecases import registrations
from services.events.usecases.application import Events
from services.events.usecases.holding import key_of
from services.events.usecases.resident_people import registrations_of
from services.events.usecases.resident_signing_in import stands_for
from services.events.web import forms
from services.events.web.callers import COOKIE, remembered
from services.events.web.standing import standing

KEPT = 20
KEPT_SECONDS = 180 * 86_400


def remember(page: Response, call: Call, *registration_ids: str, app: Events | None = None,
             ) -> Response:
    """The page with these registrations remembered first; the oldest is forgotten beyond `KEPT`.

    With `app` their keys as well: for who just signed up here, or proved to hold them (0020).
    """
    known = remembered(call)
    keys = {each: key_of(app, each) if app else known.get(each, "") for each in registration_ids}
    kept = keys | {each: key for each, key in known.items() if each not in keys}
    written = [f"{each}-{key}" if key else each for each, key in kept.items()]
    page.set_cookie(
        COOKIE, ".".join(written[:KEPT]), max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
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
