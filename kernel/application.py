"""What a service's classes share in a process: the application, built once, and their container."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from greenlet import GreenletExit
from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider

from kernel.audit.auditor import Auditor
from kernel.audit.book import Book
from kernel.settings import Settings
from kernel.web.access import Rights, rights_of

Build = Callable[[Any], Any]
MAX_WORKERS = 300  # calls at work at once; many wait together for one group commit


class Application(DependencyProvider):
    """`app = Application(build)`: each worker sees what `build(settings)` returned, made once.

    `stars = Application(build, "stars")`: each worker sees that attribute of it, so that the parts
    of a service share what is made once.
    """

    def __init__(self, build: Build, part: str | None = None) -> None:
        self.build, self.part = build, part

    def setup(self) -> None:
        application = built(self.container.config, self.build)
        self.application = getattr(application, self.part) if self.part else application

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.application


class TokenRights(DependencyProvider):
    """`rights_by_token = TokenRights()`: what a token opens, for the page where people sign in."""

    def get_dependency(self, worker_ctx: Any) -> Callable[[str], Rights]:
        return partial(rights_of, settings=self.container.config["settings"])


class OwnSettings(DependencyProvider):
    """`settings = OwnSettings()`: what the process was told, for pages that depend on it."""

    def get_dependency(self, worker_ctx: Any) -> Settings:
        found: Settings = self.container.config["settings"]
        return found


class AuditBook(DependencyProvider):
    """`audit_book = AuditBook()`: the service's audit log, for the pages that show it."""

    def get_dependency(self, worker_ctx: Any) -> Book:
        auditor: Auditor = self.container.config["auditor"]
        return auditor.book


def built(config: dict[str, Any], build: Build) -> Any:
    """The application of this process; `config` is the one nameko gives to all containers."""
    known: dict[Build, Any] = config.setdefault("applications", {})
    if build not in known:
        known[build] = build(config["settings"])
    return known[build]


class Container(ServiceContainer):
    """nameko's container with a pool per class (`max_workers` on it) and a short way for doors.

    An entrypoint that says `tells_errors` answers for its errors itself: they are not logged here
    as well, and a broken rule of the domain is an answer, not a stack trace.
    """

    def __init__(self, service_cls: type, config: dict[str, Any]) -> None:
        workers = getattr(service_cls, "max_workers", None) or MAX_WORKERS
        super().__init__(service_cls, {**config, "max_workers": workers})
        self.config = config

    def _run_worker(self, worker_ctx: Any, handle_result: Any) -> None:
        if not getattr(worker_ctx.entrypoint, "tells_errors", False):
            super()._run_worker(worker_ctx, handle_result)
            return
        self._inject_dependencies(worker_ctx)
        self._worker_setup(worker_ctx)
        result = exc_info = None
        around = getattr(worker_ctx.entrypoint, "around", _nothing_around)
        try:
            method = getattr(worker_ctx.service, worker_ctx.entrypoint.method_name)
            with around(worker_ctx.service, *worker_ctx.args, **worker_ctx.kwargs):
                result = method(*worker_ctx.args, **worker_ctx.kwargs)
        except GreenletExit:
            raise  # the container is being killed
        except BaseException:  # a time-out or SystemExit in a handler ends the request, no more
            exc_info = sys.exc_info()
        result, exc_info = handle_result(worker_ctx, result, exc_info)
        self._worker_result(worker_ctx, result, exc_info)
        self._worker_teardown(worker_ctx)


def _nothing_around(*_: Any, **__: Any) -> AbstractContextManager[None]:
    return nullcontext()
