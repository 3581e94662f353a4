"""`xiangxin audit verify`: whether anything in the audit logs was changed, removed or added."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator

from kernel.audit.book import Book
from kernel.mongo import open_database
from kernel.settings import Settings
from ops.grants.broker_rights import SERVICES

Read = Callable[[], Settings]
_SEEN = re.compile(rf"({'|'.join(SERVICES)}):(\d+):([0-9a-f]{{8,64}})")


def _verify(options: argparse.Namespace) -> int:
    """One line per fault and one per service; exit 1 when there is a fault. Changes nothing."""
    settings, found = options.read(), 0
    for service in [options.service] if options.service else SERVICES:
        database = open_database(settings, service)
        try:
            book = Book(database)
            faults = [*book.faults(), *_unlike(book, service, options.seen)]
            head, waiting = book.head(), book.waiting()
        finally:
            database.client.close()
        for fault in faults:
            print(f"{service}: {fault}")
        if waiting:
            print(f"{service}: {waiting} rows wait for the next act to be linked")
        print(f"{service}: {head['number']} rows, {len(faults) or 'no'} faults, to write down: "
              f"{service}:{head['number']}:{head['hash']}", flush=True)
        found += len(faults)
    return 1 if found else 0


def _unlike(book: Book, service: str, seen: list[tuple[str, int, str]]) -> Iterator[str]:
    """A chain that was made anew from some row on fits together, but not what was written down."""
    for whose, number, hash in seen:
        if whose == service and not (book.hash_of(number) or "").startswith(hash):
            yield f"row {number}: is not the one that was written down"


def _seen(text: str) -> tuple[str, int, str]:
    read = _SEEN.fullmatch(text)
    if read is None:
        raise argparse.ArgumentTypeError("is not SERVICE:NUMBER:HASH as this command prints it")
    return read[1], int(read[2]), read[3]


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The one action."""
    what = "work out every row's hash anew; exit 1 when one was changed, removed or added"
    parser = actions.add_parser("verify", help=what, description=what)
    parser.add_argument("--service", choices=SERVICES, help="only this one's log")
    parser.add_argument("--seen", type=_seen, action="append", default=[],
                        metavar="SERVICE:NUMBER:HASH",
                        help="what was written down earlier must still be there; may be repeated")
    parser.set_defaults(command=_verify, read=read)
