"""The door for facts: nameko's entrypoint that hears a queue and never loses a message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from greenlet import GreenletExit
from nameko.containers import WorkerContext
from nameko.extensions import Entrypoint

from kernel.consume.consumer import Consumer
from kernel.envelope import Envelope
from kernel.mongo import available
from kernel.topology import FLOWS
from kernel.wire import Wire

log = logging.getLogger(__name__)


class Interrupted(Exception):
    """Something that is no ordinary error (a time-out, SystemExit) ended the handler."""


class QueueNotHeard(Exception):
    """The broker has not accepted this consumer (yet)."""


class Hear(Entrypoint):
    """`@hear("stats.fold-figures") def fold(self, heard: list[Envelope])`.

    The handler gets one to `flow.batch` envelopes and acts once on each (`Transactions.hear`). It
    returns when the effect is committed; what it raises decides the fate of the message.
    Several greenlets never work on one queue at once in a process, so order within it is kept.
    """

    def __init__(self, queue: str, **kwargs: Any) -> None:
        self.flow = FLOWS[queue]
        super().__init__(**kwargs)

    def setup(self) -> None:
        config = self.container.config
        settings = config["settings"]
        keys = settings.vault_key if self.flow.private else None
        self.consumer = Consumer(
            settings.amqp_uri, self.flow, self._work, rungs=settings.retry_rungs,
            wire=Wire(keys.values()) if keys else None,
        )
        if ready := config.get("ready"):
            ready.add(f"hears {self.flow.queue}", self._check)

    def start(self) -> None:
        spawn: Callable[..., Any] = self.container.spawn_managed_thread
        spawn(self.consumer.run, identifier=f"hear {self.flow.queue}")
        spawn(self.consumer.work, identifier=f"work {self.flow.queue}")

    def stop(self) -> None:
        self.consumer.stop()

    def kill(self) -> None:
        self.consumer.stop(within=0)

    def _check(self) -> None:
        if not self.consumer.running:
            raise QueueNotHeard(self.flow.queue)

    def _work(self, heard: list[Envelope]) -> None:
        """Runs the handler with the service's dependencies.

        Not by nameko's `spawn_worker`: there an error in a dependency, or one that is no Exception,
        ends the whole container, and with it every other door.
        """
        try:
            with available():
                self._call(heard)
        except (Exception, GreenletExit):
            raise
        except BaseException as error:
            raise Interrupted(type(error).__name__) from error

    def _call(self, heard: list[Envelope]) -> None:
        service = self.container.service_cls()
        context = WorkerContext(self.container, service, self, (heard,), {})
        for provider in self.container.dependencies:
            setattr(service, provider.attr_name, provider.get_dependency(context))
            provider.worker_setup(context)
        try:
            getattr(service, self.method_name)(heard)
        finally:
            for provider in self.container.dependencies:
                provider.worker_teardown(context)


hear = Hear.decorator
