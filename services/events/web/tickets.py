"""Tickets as QR codes: a page to show or print, and the picture alone to keep on a phone."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import segno
from markupsafe import Markup
from werkzeug.wrappers import Response

from kernel.pages import Pages
from kernel.web import ANYONE, Call, door
from services.events.usecases.application import Events
from services.events.usecases.holding import check_holder
from services.events.usecases.tickets import valid_ticket
from services.events.web.callers import resident_of

QUIET = 4  # modules of white around, as scanners need


def qr_code(ticket: str, title: str = "入场票二维码") -> str:
    """The ticket, or another text, as SVG: black on white whatever the page looks like, as large
    as its frame."""
    picture = BytesIO()
    segno.make_qr(ticket, error="m").save(
        picture, kind="svg", xmldecl=False, nl=False, omitsize=True, border=QUIET,
        dark="#000", light="#fff", svgclass="ticket-code", lineclass=None, title=title,
    )
    return picture.getvalue().decode()


class TicketPages:
    """Only who has a place has a ticket; nothing personal is on it."""

    app: Events
    pages: Pages

    @door("GET", "/registrations/<string:registration_id>/ticket.svg", allow=ANYONE,
          gives=("image/svg+xml",))
    def ticket_picture(self, call: Call, registration_id: str) -> Response:
        """The QR code alone, to be kept as a picture."""
        registration, _, ticket = valid_ticket(self.app, registration_id)
        check_holder(self.app, registration, replace(resident_of(call), is_program=True))
        return Response(qr_code(ticket), mimetype="image/svg+xml")

    @door("GET", "/registrations/<string:registration_id>/ticket", allow=ANYONE)
    def ticket_page(self, call: Call, registration_id: str) -> Response:
        """The ticket to show at the door, complete in itself: it can be printed or saved."""
        registration, session, ticket = valid_ticket(self.app, registration_id)
        check_holder(self.app, registration, replace(resident_of(call), is_program=True))
        picture = Markup(qr_code(ticket))  # nosec B704 # drawn by segno, with no text of anybody's
        return self.pages.render(
            "ticket.html", registration=registration, session=session, ticket=ticket,
            picture=picture,
        )
