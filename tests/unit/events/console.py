"""The staff's doors without a server around them: GET and POST as a browser would, in memory."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from nameko.extensions import Entrypoint
from werkzeug.wrappers import Response

from kernel.rights import NOBODY, Rights
from kernel.web import Allow, Call, Door
from kernel.web.access import rights_of
from kernel.web.call import read_form, read_query
from services.events.service import Http
from services.events.usecases.application import Events
from tests.acting import MEMBER
from tests.unit.events.builders import Town

STAFF = MEMBER
FORM_KEY = "form-0001"


class Tokens:
    staff_token = "only-for-tests"
    caseworker_token = "only-for-caseworkers"
    token_sign_in = True
    cookie_domain = None
    addresses: ClassVar[dict[str, str]] = {
        "events": "http://127.0.0.1:8001", "volunteers": "http://127.0.0.1:8002",
    }


def door_of(name: str) -> Door:
    """How a door of `Http` was declared."""
    entrypoints: set[Entrypoint] = getattr(Http, name).nameko_entrypoints
    [door] = [each for each in entrypoints if isinstance(each, Door)]
    return door


def all_doors() -> dict[str, Door]:
    """Every door by the name of its method."""
    names = (name for name in dir(Http) if hasattr(getattr(Http, name), "nameko_entrypoints"))
    return {name: door_of(name) for name in names}


GUARDED_URLS = sorted(
    (method, door.url) for door in all_doors().values() for method in door.method.split(",")
    if door.allow is not Allow.ANYONE
)


class Console(Http):
    """The whole service's doors on a town."""

    app: Events  # type: ignore[assignment]
    settings = Tokens

    def __init__(self, town: Town, rights: Rights = STAFF) -> None:
        self.town, self.app, self.rights = town, town.app, rights

    def rights_by_token(self, token: str) -> Rights:  # type: ignore[override]
        return rights_of(token, Tokens)

    def get(self, name: str, query: str = "", **values: str) -> Any:
        """What the door answers; its schemas have read the query."""
        return self._ask(name, self._call("GET", query), query, values)

    def post(self, name: str, fields: dict[str, str], **values: str) -> Any:
        """What the door answers to the form."""
        call = self._call("POST", "")
        schema = door_of(name).form
        assert schema is not None
        call.form = read_form(urlencode(fields).encode(), schema)
        return self._ask(name, call, "", values)

    def page(self, name: str, query: str = "", **values: str) -> str:
        """The text of a page."""
        return text(self.get(name, query, **values))

    def _call(self, method: str, query: str) -> Call:
        environ = {"REQUEST_METHOD": method, "QUERY_STRING": query, "PATH_INFO": "/staff",
                   "HTTP_SEC_FETCH_SITE": "same-origin"}
        return Call(environ, rights=self.rights, correlation="test", address="10.0.0.1")

    def _ask(self, name: str, call: Call, query: str, values: dict[str, str]) -> Any:
        schema = door_of(name).query
        if schema is not None:
            call.query = read_query(call.environ, schema)
        return getattr(self, name)(call, **values)


def text(answer: Response) -> str:
    return answer.get_data(as_text=True)


def stranger(town: Town) -> Console:
    return Console(town, NOBODY)
