"""Replies from telephones, as providers bring them, and what staff see of opt-outs."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel.web import OPERATOR, PROVIDER, Call, door
from kernel.web.scope import of_all
from services.notifications.providers import kannel_inbound
from services.notifications.schemas.inbound import InboundQuery, NumberBody, WishAnswer
from services.notifications.usecases import inbound
from services.notifications.usecases.application import App

LISTED = 200


class InboundDoors:
    """A reply is answered once it is written down."""

    app: App

    @door("POST", "/inbound/kannel", allow=PROVIDER, query=InboundQuery(), gives=("text/plain",))
    def kannel_inbound(self, call: Call) -> Response:
        """A reply to one of our texts; opt-outs are heeded (N-19)."""
        told = kannel_inbound.inbound_of(
            call.query["id"], call.environ.get("HTTP_X_KANNEL_FROM", ""),
            call.environ.get("CONTENT_TYPE", ""), call.raw,
        )
        inbound.take(self.app, [told])
        return Response("ok", mimetype="text/plain")

    @door("GET", "/api/opt-outs", allow=OPERATOR, scope=of_all, answer=WishAnswer(many=True))
    def opt_outs(self, call: Call) -> Any:
        """The latest words of numbers, by a piece of their keyed hash; no number is shown."""
        return inbound.latest(self.app, limit=LISTED)

    @door("POST", "/api/opt-outs/look-up", allow=OPERATOR, scope=of_all, body=NumberBody(),
          answer=WishAnswer(), audit="read")
    def opt_out(self, call: Call) -> Any:
        """What was last said for a number. It comes in the body, so that no address holds it."""
        return inbound.look_up(self.app, call.body["phone"])
