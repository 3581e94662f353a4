"""The console's pages on an application in memory, asked without a server."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.rights import EVERYTHING, Rights
from kernel.web import Call
from kernel.web.call import read_form, read_query
from services.notifications.service import ERRORS, Http
from services.notifications.usecases.application import App
from services.notifications.web.broadcast_pages import BroadcastPages
from services.notifications.web.message_pages import MessagePages
from services.notifications.web.parked_pages import ParkedPages
from services.notifications.web.provider_pages import ProviderPages
from tests.acting import TRUST

LI = Rights(staff=True, permissions=EVERYTHING, actor="li", person_ref="p-li")
WANG = Rights(staff=True, permissions=EVERYTHING, actor="wang")
CARE = Rights(staff=True, permissions=TRUST, actor="care", roles=frozenset({"caseworker"}))
KEY = "a key of a form"


class Desk(MessagePages, BroadcastPages, ParkedPages, ProviderPages):
    """Every page, for a member of staff."""

    pages = Http.pages
    errors = ERRORS

    def __init__(self, app: App, rights: Rights = LI) -> None:
        self.app, self.rights = app, rights

    def show(self, page: str, *path: str, **query: str) -> str:
        """What a page shows; `page` is the name of the door's method."""
        method = getattr(self, page)
        [entrypoint] = method.nameko_entrypoints
        environ = {"QUERY_STRING": urlencode(query), "PATH_INFO": "/"}
        asked = read_query(environ, entrypoint.query) if entrypoint.query else {}
        answer: Response = method(Call(environ=environ, rights=self.rights, query=asked), *path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def send(self, order: str, *path: str, **typed: str) -> Response:
        """The answer to a form; `order` is the name of the door's method."""
        method = getattr(self, order)
        [entrypoint] = method.nameko_entrypoints
        form = read_form(urlencode({"key": KEY, **typed}).encode(), entrypoint.form)
        answer: Response = method(
            Call(environ={"PATH_INFO": "/"}, rights=self.rights, form=form), *path
        )
        return answer
