"""The doors of the volunteers service without a server around them, as a browser would ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from nameko.extensions import Entrypoint

from kernel.rights import EVERYTHING, NOBODY, Rights
from kernel.web import Call, Door
from kernel.web.call import read_form, read_query
from services.volunteers.service import Http
from services.volunteers.usecases import App

KEY = "form-0001"
LI = Rights(staff=True, permissions=EVERYTHING, actor="li", person_ref="p-li",
            roles=frozenset({"organisation"}))
WANG = Rights(staff=True, permissions=EVERYTHING, actor="wang", roles=frozenset({"department"}))


def door_of(name: str) -> Door:
    """How a door of `Http` was declared."""
    entrypoints: set[Entrypoint] = getattr(Http, name).nameko_entrypoints
    [door] = [each for each in entrypoints if isinstance(each, Door)]
    return door


class Desk(Http):
    """Somebody in front of the pages; nobody in particular without rights."""

    app: App  # type: ignore[assignment]

    def __init__(self, app: App, rights: Rights = NOBODY) -> None:
        self.app, self.rights = app, rights

    def get(self, name: str, search: str = "", **values: str) -> str:
        """The page."""
        door, environ = door_of(name), {"QUERY_STRING": search, "PATH_INFO": "/"}
        call = Call(environ, rights=self.rights)
        if door.query is not None:
            call.query = read_query(environ, door.query)
        answer = getattr(self, name)(call, **values)
        return str(answer.get_data(as_text=True))

    def post(self, name: str, fields: dict[str, str], **values: str) -> Any:
        """The answer to the form."""
        schema = door_of(name).form
        assert schema is not None
        form = read_form(urlencode({"key": KEY, **fields}).encode(), schema)
        return getattr(self, name)(Call({"PATH_INFO": "/"}, form=form, rights=self.rights),
                                   **values)
