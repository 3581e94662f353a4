"""Doors that show what the kernel does with a call."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import eventlet
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.application import Application
from kernel.live import Live
from kernel.mongo import Unavailable
from kernel.settings import Settings
from kernel.web import ANYONE, PROVIDER, STAFF, Call, Problem, door


class Saying(Schema):
    """What is said, and how often."""

    words = fields.String(required=True, validate=validate.Length(max=200))
    times = fields.Integer(load_default=1, validate=validate.Range(min=1, max=9))


class Heard(Schema):
    """What was heard."""

    words = fields.String()
    times = fields.Integer()
    once = fields.String(allow_none=True)


class Rude(Exception):
    """A rule of this service's domain."""


class VeryRude(Rude):
    """A special case of it."""


class Show(Schema):
    """New values for tiles of the live figures."""

    tiles = fields.Dict(keys=fields.String(), required=True)


class Board:
    """What the echo keeps: tiles that change when somebody says so."""

    def __init__(self) -> None:
        self.tiles: dict[str, Any] = {"hours": 0, "sessions": 0}
        self.version = 0
        self.live = Live(lambda: self.tiles, lambda: self.version, every=0.05, beat=1.0)


def build(settings: Settings) -> Board:
    """Made once per process."""
    return Board()


class Http:
    """Doors of the echo."""

    name = "echo-http"
    max_workers = int(os.environ.get("ECHO_WORKERS", "300"))
    app = Application(build)
    errors: ClassVar = {
        Rude: Problem(409, "rude", "请文明用语"),
        VeryRude: Problem(410, "very_rude"),
    }

    @door("POST", "/say", allow=ANYONE, body=Saying(), answer=Heard(), status=201, writes=True)
    def say(self, call: Call) -> Any:
        """Say it."""
        return {**call.body, "once": call.once and f"{call.once.key} {call.once.fingerprint}"}

    @door("GET", "/who", allow=ANYONE)
    def who(self, call: Call) -> Any:
        """Who is calling."""
        return {"staff": call.staff, "actor": call.rights.actor, "person": call.rights.person_ref,
                "roles": sorted(call.rights.roles), "correlation": call.correlation}

    @door("DELETE", "/words/<string:word>", allow=STAFF, writes=True)
    def forget(self, call: Call, word: str) -> None:
        """Forget a word."""

    @door("POST", "/receipts", allow=PROVIDER)
    def receipt(self, call: Call) -> Any:
        """What a provider reports."""
        return {"bytes": len(call.raw)}

    @door("GET", "/fail/<string:how>", allow=ANYONE)
    def fail(self, call: Call, how: str) -> None:
        """Fail in one of several ways."""
        kinds = {
            "rude": Rude("这样不好"), "very-rude": VeryRude("这样很不好"),
            "unavailable": Unavailable("db"), "bug": KeyError("13900000001"),
            "exit": SystemExit(3), "timeout": eventlet.Timeout(),
        }
        raise kinds[how]

    @door("GET", "/live", allow=ANYONE)
    def live(self, call: Call) -> Response:
        """Live figures."""
        answer: Response = self.app.live.response(call)
        return answer

    @door("POST", "/show", allow=ANYONE, body=Show(), largest=4 * 1024 * 1024)
    def show(self, call: Call) -> None:
        """Change tiles."""
        self.app.tiles = {**self.app.tiles, **call.body["tiles"]}
        self.app.version += 1

    @door("POST", "/form", allow=ANYONE, form=Saying())
    def fill_in(self, call: Call) -> Any:
        """A form of a page."""
        assert call.form is not None
        return {"errors": call.form.errors, "typed": call.form.typed, "values": call.form.values}

    @door("GET", "/slow/<int:tenths>", allow=ANYONE)
    def slow(self, call: Call, tenths: int) -> Any:
        """Take some time."""
        eventlet.sleep(tenths / 10)
        return {"slept": tenths}
