"""Pages of the rush: a prepared party waits for the opening, then has its turn with one tap."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.contact import masked_phone
from kernel.group_commit import Overloaded
from kernel.mongo import Unavailable, translate
from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from services.events.domain.broken import BrokenRule, NotOpenYet, UnknownPrepared
from services.events.domain.signup import door_of
from services.events.usecases import preparing
from services.events.usecases.application import Events
from services.events.web import forms
from services.events.web.callers import resident_of
from services.events.web.mine_pages import remember

RETRY = 2  # seconds until a busy service is asked again
LOOK_AGAIN = 15  # seconds at most between two looks at the countdown without scripts


class WaitingPages:
    """The opening is judged by the server's clock alone; the browser only shows it."""

    app: Events
    pages: Pages

    @door("GET", "/waiting/<string:prepared_id>", allow=ANYONE)
    def waiting_page(self, call: Call, prepared_id: str) -> Response:
        """Countdown, the prepared party, and the one button; afterwards the registration."""
        try:
            return self._waiting(call, prepared_id)
        except Exception as fault:
            return self._busy(fault, prepared_id, again=f"/waiting/{prepared_id}")

    @door("POST", "/waiting/<string:prepared_id>", allow=ANYONE, form=forms.NoFields())
    def turn_page(self, call: Call, prepared_id: str) -> Response:
        """The tap: safe to repeat, from a second tab as well as after a lost connection."""
        return self._turn(call, prepared_id)

    @door("GET", "/waiting/<string:prepared_id>/again", allow=ANYONE)
    def turn_again_page(self, call: Call, prepared_id: str) -> Response:
        """The tap repeated by a page that refreshes itself, which can only ask: once tapped, the
        service keeps trying with the same key, so this changes nothing that the tap did not."""
        return self._turn(call, prepared_id)

    def _turn(self, call: Call, prepared_id: str) -> Response:
        try:
            made = preparing.take_turn(self.app, prepared_id, caller=resident_of(call))
        except NotOpenYet:
            return see(f"/waiting/{prepared_id}")
        except UnknownPrepared:
            raise
        except BrokenRule as rule:
            return self._waiting(call, prepared_id, fault=str(rule), status=409)
        except Exception as fault:
            return self._busy(fault, prepared_id, again=f"/waiting/{prepared_id}/again")
        registration_id = str(made["registration_id"])
        return remember(see(f"/registrations/{registration_id}"), call, registration_id,
                        app=self.app)

    def _waiting(self, call: Call, prepared_id: str, *, fault: str = "",
                 status: int = 200) -> Response:
        waiting = preparing.find_prepared(self.app, prepared_id)
        if waiting.registration_id is not None:
            page = see(f"/registrations/{waiting.registration_id}")
            return remember(page, call, waiting.registration_id, app=self.app)
        session = waiting.session
        left = (session.opens_at - waiting.now).total_seconds() if session.opens_at else 0.0
        return self.pages.render(
            "waiting.html", status=status, waiting=waiting, masked=masked_phone, fault=fault,
            door=door_of(session, waiting.now), left=max(0.0, left),
            again=max(1, min(LOOK_AGAIN, round(left))),
            now=round(waiting.now.timestamp() * 1000),
            opens=round((session.opens_at or waiting.now).timestamp() * 1000),
        )

    def _busy(self, fault: Exception, prepared_id: str, *, again: str) -> Response:
        """The service is overloaded or its database away: says so and tries again by itself."""
        fault = translate(fault)
        if not isinstance(fault, (Overloaded, Unavailable)):
            raise fault
        page = self.pages.render(
            "busy.html", status=503, prepared_id=prepared_id, again=again, seconds=RETRY
        )
        page.headers["Retry-After"] = str(RETRY)
        return page
