"""`xiangxin stats rebuild | verify | known-at`: figures worked out anew from the log of facts."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from kernel.clock import local_day, system_clock
from kernel.log import Log
from kernel.mongo import available, open_database
from kernel.settings import Settings
from kernel.transaction import Transactions
from ops.outboxes import moment
from services.stats.domain.figures import Scope
from services.stats.store import Store
from services.stats.usecases.application import Stats
from services.stats.usecases.knowing import figures_known_at
from services.stats.usecases.rebuilding import Rebuilt, rebuild

Read = Callable[[], Settings]
SHOWN = 20  # differences


@contextmanager
def _stats(settings: Settings) -> Iterator[Stats]:
    database = open_database(settings, "stats")
    transactions = Transactions(database, source="/xiangxin/stats", clock=system_clock,
                                deadline=60.0)
    try:
        with available():
            yield Stats(transactions=transactions, store=Store.on(database), templates={})
    finally:
        database.client.close()


def _say(text: str) -> None:
    print(text, flush=True)


def _warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _rebuild(options: argparse.Namespace) -> int:
    return _worked_out(options, switch=True, accept=options.accept)


def _verify(options: argparse.Namespace) -> int:
    return _worked_out(options, switch=False, accept=False)


def _worked_out(options: argparse.Namespace, *, switch: bool, accept: bool) -> int:
    settings, began = options.read(), time.monotonic()
    with _stats(settings) as app:
        found = rebuild(app, Log(uri=settings.amqp_uri), tell=_say, switch=switch, accept=accept)
    return _told(found, seconds=time.monotonic() - began)


def _told(found: Rebuilt, *, seconds: float) -> int:
    """Exit 1 when something differs and was not accepted."""
    for line in found.differences[:SHOWN]:
        _say(line)
    rate = found.facts / max(seconds, 0.001)
    _say(f"{found.facts} facts in {seconds:.0f} s ({rate:.0f}/s), {found.unread} not understood: "
         f"{len(found.differences) or 'no'} differences; "
         f"{'served from now on' if found.switched else 'what was served stays'}")
    return 1 if found.differences and not found.switched else 0


def _known_at(options: argparse.Namespace) -> int:
    """Figures as they were known at a moment, as JSON: what was told later does not count."""
    settings = options.read()
    scope = Scope(as_of=options.as_of or local_day(options.moment), since=options.since,
                  programme=options.programme)
    with _stats(settings) as app:
        found = figures_known_at(app, Log(uri=settings.amqp_uri), options.moment, scope,
                                 tell=_warn)
    _say(json.dumps({"known_at": options.moment.isoformat(), "as_of": scope.last,
                     "figures": dict(found.values)}, ensure_ascii=False))
    return 0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The three actions."""
    for name, command, what in (
        ("rebuild", _rebuild, "work figures out anew from the log; serve them if nothing differs"),
        ("verify", _verify, "work figures out anew and compare; exit 1 when something differs"),
        ("known-at", _known_at, "exact figures as they were known at a moment, from the log"),
    ):
        parser = actions.add_parser(name, help=what, description=what)
        parser.set_defaults(command=command, read=read)
        if name == "rebuild":
            parser.add_argument("--accept", action="store_true",
                                help="serve them even though they differ")
        if name == "known-at":
            parser.add_argument("moment", type=moment, help="2021-10-08T09:00 (Shanghai)")
            parser.add_argument("--as-of", type=date.fromisoformat, help="last day of service")
            parser.add_argument("--since", type=date.fromisoformat, help="first day of service")
            parser.add_argument("--programme")
