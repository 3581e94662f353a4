"""The nameko entrypoint behind `@door`: admit, read, let a worker act, write the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from logging import getLogger
from typing import Any

from eventlet.event import Event
from marshmallow import Schema
from nameko.extensions import Entrypoint
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from kernel.audit.act import Audit
from kernel.audit.auditor import Auditor
from kernel.group_commit import Overloaded
from kernel.logins import Logins
from kernel.mongo import Unavailable, translate
from kernel.transaction import KeyReused
from kernel.tries import Tries
from kernel.web.access import ANYONE, SAFE_METHODS, Allow, Bearers, admit, known
from kernel.web.address import address_of
from kernel.web.auditing import audit_of, audited, tell_refusal
from kernel.web.call import (
    Call,
    correlation_of,
    once_of,
    read_body,
    read_form,
    read_query,
    traceparent_of,
)
from kernel.web.limits import LARGEST_BODY
from kernel.web.problem import Headers, Problem, Refused, extra_headers, refusal
from kernel.web.scope import Reach, Resolver, check_scope
from kernel.web.staying import keep_on

log = getLogger(__name__)

_encode = json.JSONEncoder(ensure_ascii=False).encode
Reply = tuple[int, Headers, bytes]
MINUTE = 60
JSON: Headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
_KERNEL_ERRORS: dict[type[Exception], Problem] = {
    Unavailable: Problem(503, "unavailable"),
    Overloaded: Problem(503, "overloaded"),
    KeyReused: Problem(422, "idempotency_key_reused"),
}


class Door(Entrypoint):
    """Declared with `door(method, url, allow=…)`; see `kernel.web` for an example.

    `body`, `form`, `query`, `answer` are marshmallow schemas; `accepts` are the media types of a
    file that the body is, `gives` of one that is answered; `largest` is the body's limit in bytes;
    `also` are further statuses of the same answer. A method returns what `answer` dumps, None
    (204), or a werkzeug Response (page, file) and is then annotated so. `audit` says what the audit
    log keeps of it where that is not what its rule says (`kernel.web.auditing`). `scope` says
    where it takes place, for members with limits (`kernel.web.scope`); doors of staff must say.
    """

    tells_errors = True
    auditor: Auditor | None = None
    tries: Tries | None = None
    logins: Logins | None = None
    bearers: Bearers | None = None

    def __init__(
        self,
        method: str,
        url: str,
        *,
        allow: Allow,
        body: Schema | None = None,
        form: Schema | None = None,
        query: Schema | None = None,
        answer: Schema | None = None,
        status: int = 200,
        writes: bool = False,
        also: tuple[int, ...] = (),
        accepts: tuple[str, ...] = (),
        gives: tuple[str, ...] = (),
        largest: int = LARGEST_BODY,
        audit: Audit | None = None,
        scope: Resolver | Reach | None = None,
        **kwargs: Any,
    ) -> None:
        self.method, self.url, self.allow = method, url, allow
        self.body, self.form, self.query, self.answer = body, form, query, answer
        self.status, self.writes, self.largest = status, writes, largest
        self.also, self.accepts, self.gives = also, accepts, gives
        self.audit, self.scope = audit or audit_of(allow, method), scope
        super().__init__(**kwargs)

    def setup(self) -> None:
        self.settings = self.container.config["settings"]
        self.table = getattr(self.container.service_cls, "errors", {})
        self.auditor = self.container.config.get("auditor")
        self.tries = self.container.config.get("tries")
        self.logins = self.container.config.get("logins")
        self.bearers = self._bearers()
        self.container.config["front"].add(self)

    def stop(self) -> None:
        self.container.config["front"].drain()

    @contextmanager
    def around(self, service: Any, call: Call, **values: Any) -> Iterator[None]:
        """While the method acts, each of its changes is written into the audit log as well; before
        it does, the member's limits are looked at. Raises Refused."""
        check_scope(self.scope, service, call, values)
        with audited(self, call):
            yield

    def rule(self) -> Rule:
        """Path and methods for the router; the endpoint is this door."""
        return Rule(self.url, methods=self.method.split(","), endpoint=self)

    def serve(self, environ: Mapping[str, Any], raw: bytes, values: Mapping[str, Any]) -> Any:
        """The answer as (status, headers, body) or a Response. Raises Refused, nothing else."""
        call = self._read(environ, raw)
        done = Event()
        self.container.spawn_worker(
            self, (call,), values, handle_result=partial(_hand_over, done)
        )
        result, exc = done.wait()
        if exc is not None:
            refused = self._refused(exc, call)
            refused.headers = [*extra_headers(refused), ("X-Correlation-Id", call.correlation)]
            raise refused
        return self._reply(result, call)

    def _read(self, environ: Mapping[str, Any], raw: bytes) -> Call:
        call = Call(environ, raw, correlation=correlation_of(environ), auditor=self.auditor,
                    logins=self.logins)
        call.address = address_of(environ, getattr(self.settings, "trusted_proxies", 0))
        self._admit(call)
        self._count(call)
        call.traceparent = traceparent_of(environ)
        if self.accepts and call.media_type not in self.accepts:
            raise Refused(Problem(415, "unsupported_media_type"),
                          f"send {' or '.join(self.accepts)}")
        if self.query is not None:
            call.query = read_query(environ, self.query)
        if self.body is not None:
            call.body = read_body(environ, raw, self.body)
        if self.form is not None:
            call.form = read_form(raw, self.form)
        if self.writes:
            call.once = once_of(environ, self.method_name, raw)
        return call

    def _bearers(self) -> Bearers | None:
        """Whose tokens the service knows, where it gives tokens to other systems."""
        known_here = getattr(self.container.service_cls, "bearers", None)
        return known_here(self.container.config) if known_here else None

    def _admit(self, call: Call) -> None:
        try:
            call.rights = admit(self.allow, call.environ, self.settings, self.logins,
                                self.bearers)
        except Unavailable:
            raise Refused(_KERNEL_ERRORS[Unavailable]) from None
        except Refused as refused:
            call.rights = known(call.environ, self.settings, self.logins)
            tell_refusal(self, call, refused)
            raise

    def _count(self, call: Call) -> None:
        """One order of an address at a door that is open to everyone. Raises Refused (429)."""
        method = call.environ["REQUEST_METHOD"]
        if self.tries is None or self.allow is not ANYONE or method in SAFE_METHODS or call.staff:
            return
        seconds = self.tries.take("order", call.address or "", seconds=MINUTE,
                                  most=self.settings.writes_per_address)
        if seconds:
            raise Refused(Problem(429, "too_many_orders"), headers=[("Retry-After", str(seconds))])

    def _reply(self, result: Any, call: Call) -> Reply | Response:
        if isinstance(result, Response):
            keep_on(result, call, self.settings)
            return result
        named = ("X-Correlation-Id", call.correlation)
        if result is None:
            return 204, [named], b""
        shown = result if self.answer is None else self.answer.dump(result)
        return self.status, [*JSON, named], _encode(shown).encode()

    def _refused(self, exc: Exception, call: Call) -> Refused:
        exc = translate(exc)
        found = refusal(exc, self.table)
        if found is None:
            found = refusal(exc, _KERNEL_ERRORS)
            if found is not None:
                found.detail = None
        if found is None:
            name, correlation = self.method_name, call.correlation
            log.error("%s failed (correlation %s)", name, correlation, exc_info=exc)
            found = Refused(Problem(500, "internal_error"))
        tell_refusal(self, call, found)
        return found


def _hand_over(done: Event, _: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
    done.send((result, exc_info[1] if exc_info else None))
    return result, exc_info


door = Door.decorator
