"""`xiangxin unblock` and `xiangxin replay`: tell again what outboxes hold."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pymongo.database import Database

from kernel.clock import SHANGHAI
from kernel.mongo import available, open_database
from kernel.outbox import OUTBOX
from kernel.relay import unblock
from kernel.settings import Settings
from ops.grants.broker_rights import TELLERS

Read = Callable[[], Settings]


def moment(text: str) -> datetime:
    """A moment as typed: without an offset it is Shanghai time. Raises ValueError."""
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=SHANGHAI)


def retell(database: Database[dict[str, Any]], *, since: datetime) -> int:
    """Let facts sent at or after `since` be sent again, under their old ids; how many.

    For a broker that lost its disk: consumers know what they have heard. Safe to repeat.
    """
    chosen = {"state": "sent", "sent_at": {"$gte": since}}
    change = {"$set": {"state": "pending"}, "$unset": {"sent_at": ""}}
    return database[OUTBOX].update_many(chosen, change).modified_count


@contextmanager
def _outbox(settings: Settings, service: str) -> Iterator[Database[dict[str, Any]]]:
    database = open_database(settings, service)
    try:
        with available():
            yield database
    finally:
        database.client.close()


def _each(options: argparse.Namespace, work: Callable[[Database[dict[str, Any]]], int]) -> int:
    for service in options.service or TELLERS:
        with _outbox(options.read(), service) as database:
            print(f"{service}: {work(database)} facts will be sent again", flush=True)
    return 0


def _unblock(options: argparse.Namespace) -> int:
    return _each(options, lambda database: unblock(database, subjects=options.subject))


def _replay(options: argparse.Namespace) -> int:
    return _each(options, lambda database: retell(database, since=options.since))


def add_to(groups: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The two commands."""
    again = groups.add_parser("replay", help="send what was sent since a moment once more")
    again.add_argument("--since", type=moment, required=True, help="2021-09-30T18:00 (Shanghai)")
    again.set_defaults(command=_replay)
    blocked = groups.add_parser("unblock", help="send facts that no queue had wanted")
    blocked.add_argument("--subject", action="append", help="only this subject; may be repeated")
    blocked.set_defaults(command=_unblock)
    for parser in (again, blocked):
        parser.add_argument("--service", action="append", choices=TELLERS)
        parser.set_defaults(read=read)
