"""`xiangxin briefs verify`: whether anything was altered in the briefs that were signed."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kernel.mongo import available, open_database
from kernel.settings import Settings
from services.stats.store import Store

Read = Callable[[], Settings]


def _verify(options: argparse.Namespace) -> int:
    """One line per fault; exit 1 when there is one. Changes nothing."""
    database = open_database(options.read(), "stats")
    try:
        with available():
            editions, faults = Store.on(database).editions.faults()
    finally:
        database.client.close()
    for fault in faults:
        print(fault)
    print(f"{editions} editions: {len(faults) or 'no'} faults", flush=True)
    return 1 if faults else 0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The one action."""
    what = "work out the hash of every signed brief anew; exit 1 when one byte differs"
    parser = actions.add_parser("verify", help=what, description=what)
    parser.set_defaults(command=_verify, read=read)
