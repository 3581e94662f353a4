"""The front of a process: routes requests to doors, holds the size limit, answers for itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from logging import getLogger
from time import perf_counter
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter
from werkzeug.wrappers import Response

from kernel import metrics
from kernel.pages.problem import SIGN_IN, problem_page
from kernel.web.door import JSON, Door, Reply
from kernel.web.limits import LARGEST_BODY
from kernel.web.problem import Problem, Refused, reply
from kernel.web.protocol import BODY, STREAM, WORK
from kernel.web.shields import missing
from kernel.web.squeeze import squeeze

log = getLogger(__name__)

Environ = dict[str, Any]
Page = Callable[[Environ], "Reply | Response"]
_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Front:
    """A WSGI application. Doors are added while containers set up; `own` pages need no container.

    Until `open()` what is unknown is answered 503, not 404: the doors may be still to come.
    """

    def __init__(self, service: str, *, own: Mapping[str, Page], drain: Callable[[], None]) -> None:
        self.service = service
        self.doors: list[Door] = []
        self.drain = drain
        self._own = dict(own)
        self._routes: MapAdapter | None = None

    def add(self, door: Door) -> None:
        """Called by a door when its container sets up."""
        self.doors.append(door)

    def open(self) -> None:
        """All doors are there: route to them."""
        rules = [door.rule() for door in self.doors]
        routes = Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False)
        self._routes = routes.bind("localhost")

    @property
    def is_open(self) -> bool:
        return self._routes is not None

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        began = perf_counter()
        name = "none"
        try:
            door, values = self._find(environ)
            name = door.method_name if isinstance(door, Door) else "own"
            answer = self._ask(door, values, environ)
        except Refused as refused:
            answer = self._refuse(refused, environ)
        except OSError:
            raise  # the caller has gone, or said nothing for too long
        except Exception:
            log.exception("%s could not answer", name)
            answer = self._refuse(Refused(Problem(500, "internal_error")), environ)
        status = answer.status_code if isinstance(answer, Response) else answer[0]
        metrics.count("xiangxin_http_requests_total", door=name, status=str(status))
        metrics.observe("xiangxin_http_request_seconds", perf_counter() - began, door=name)
        if isinstance(answer, Response):
            return _send_response(answer, environ, start_response)
        start_response(_LINES[status], [*answer[1], *missing(answer[1], environ)])
        return [answer[2]]

    def _find(self, environ: Environ) -> tuple[Any, Mapping[str, Any]]:
        path = environ["PATH_INFO"]
        own = self._own.get(path) or self._own.get(path[: path.find("/", 1) + 1])
        if own is not None:
            return own, {}
        try:
            if self._routes is None:
                raise _unread(environ, Problem(503, "unavailable"))
            text = path.encode("latin-1").decode("utf-8")
            return self._routes.match(text, method=environ["REQUEST_METHOD"])
        except (NotFound, UnicodeDecodeError):
            raise _unread(environ, Problem(404, "not_found")) from None
        except MethodNotAllowed as exc:
            refused = _unread(environ, Problem(405, "method_not_allowed"))
            refused.headers = [("Allow", ", ".join(sorted(exc.valid_methods or ())))]
            raise refused from None

    def _ask(self, door: Any, values: Mapping[str, Any], environ: Environ) -> Any:
        raw = read(environ, door.largest if isinstance(door, Door) else LARGEST_BODY)
        if isinstance(door, Door):
            return door.serve(environ, raw, values)
        return door(environ)

    def _refuse(self, refused: Refused, environ: Environ) -> Reply | Response:
        """A problem document, or a page for a person who looks at a page."""
        by_person = environ.get("HTTP_ACCEPT", "").startswith("text/html")
        if by_person and not environ["PATH_INFO"].startswith("/api/"):
            signs_in = any(door.url == SIGN_IN for door in self.doors)
            return problem_page(refused, environ if signs_in else None)
        return reply(refused)


def read(environ: Environ, largest: int) -> bytes:
    """The whole body. Raises Refused (411, 400, 413), after which the connection is closed."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        raise _unread(environ, Problem(411, "length_required"))
    text = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise _unread(environ, Problem(400, "length_required"))
    length = int(text)
    if length > largest:
        raise _unread(environ, Problem(413, "too_large"), f"at most {largest} bytes")
    if not length:
        return b""
    connection = environ["xiangxin.protocol"].conn_state
    connection.enter(BODY)
    raw: bytes = environ["wsgi.input"].read(length)
    connection.enter(WORK)
    if len(raw) < length:
        raise _unread(environ, Problem(400, "length_required"), "the body broke off")
    return raw


def _unread(environ: Environ, problem: Problem, detail: str | None = None) -> Refused:
    """Refused before the body was read: if there is one, the connection ends with the answer."""
    if environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ:
        environ["xiangxin.protocol"].leave_unread()
    return Refused(problem, detail)


def _send_response(answer: Response, environ: Environ, start_response: Any) -> Iterable[bytes]:
    squeeze(answer, environ)
    answer.headers.extend(missing(answer.headers, environ))
    if answer.status_code == 503:  # a page that says so itself
        answer.headers.setdefault("Retry-After", "2")
    if answer.mimetype == "text/event-stream":
        environ["eventlet.minimum_write_chunk_size"] = 0  # each event leaves at once
        environ["xiangxin.protocol"].conn_state.enter(STREAM)
    return answer(environ, start_response)


def json_reply(status: int, body: Any) -> Reply:
    """A small answer of the front itself."""
    return status, JSON, json.dumps(body, ensure_ascii=False).encode()
