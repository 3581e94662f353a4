"""`xiangxin ledger verify`: whether anything entered in the hours ledger was altered since."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.settings import Settings
from kernel.transaction import Transactions
from services.volunteers.store import Store
from services.volunteers.usecases.application import App
from services.volunteers.usecases.verifying import verify

Read = Callable[[], Settings]


def _verify(options: argparse.Namespace) -> int:
    """One line per fault; exit 1 when there is one. Changes nothing."""
    database = open_database(options.read(), "volunteers")
    transactions = Transactions(database, source="/xiangxin/volunteers", clock=system_clock)
    app = App(transactions=transactions, store=Store(database))
    try:
        seen = verify(app, person_ref=options.person)
    finally:
        app.close()
    for fault in seen.faults:
        print(fault)
    print(f"{seen.volunteers} volunteers, {seen.entries} entries, {seen.minutes} minutes, "
          f"{seen.roots} daily roots: {len(seen.faults) or 'no'} faults", flush=True)
    return 1 if seen.faults else 0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The one action."""
    what = "work out every chain, head and told root anew; exit 1 when one byte differs"
    parser = actions.add_parser("verify", help=what, description=what)
    parser.add_argument("--person", metavar="REF", help="only this volunteer's chain")
    parser.set_defaults(command=_verify, read=read)
