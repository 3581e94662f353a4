"""What the relay answers on its metrics port: `/healthz`, `/readyz` and the metrics."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from kernel import metrics


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: Any) -> None:
        """A probe every few seconds is no news."""


def answer_probes(bind: tuple[str, int], *, ready: Callable[[], bool]) -> None:
    """Serve in a thread until the process ends. Raises OSError when the port is taken."""
    pages = metrics.application()

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path not in ("/healthz", "/readyz"):
            answered: Iterable[bytes] = pages(environ, start)
            return answered
        well = path == "/healthz" or ready()
        start("200 OK" if well else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"ok\n" if well else b"not ready\n"]

    server = make_server(*bind, application, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
