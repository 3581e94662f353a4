"""`xiangxin retention report`: what each service keeps how long, and what is overdue (C-31)."""

from __future__ import annotations

import argparse
import importlib
import os
import warnings
from typing import Any

from kernel.clock import system_clock
from kernel.retention import Retention, Standing
from kernel.settings import read
from ops import addresses

SERVICES = ("events", "volunteers", "notifications")  # stats keeps nothing of a person


def _report(options: argparse.Namespace) -> int:
    """One line a class; exit 1 when something is kept beyond its time. Changes nothing."""
    now, overdue = system_clock(), 0
    for service in [options.service] if options.service else SERVICES:
        for each in _standing(service, now):
            overdue += each.overdue
            print(f"{service}: {_line(each)}")
    print(f"{overdue or 'nothing'} overdue")
    return 1 if overdue else 0


def _line(each: Standing) -> str:
    kept = each.kept
    period = f"{kept.period.days}d ({kept.source or 'fixed'})" if kept.period else "as it says"
    oldest = f"{each.oldest:%Y-%m-%d}" if each.oldest else "-"
    ran = f"{each.ran_at:%Y-%m-%d %H:%M}, {each.forgotten} forgotten" if each.ran_at else "never"
    late = "  OVERDUE" if each.overdue else ""
    return f"{kept.key:<13} {period:<30} oldest {oldest:<11} ran {ran}  {kept.what}{late}"


def _standing(service: str, now: Any) -> list[Standing]:
    """Raises SettingsFault that names what lacks, Unavailable."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    from kernel.running import settings_class  # brings nameko: for this command only

    package = f"services.{service}"
    environ = {**addresses.servers(addresses.FILE), **os.environ}
    app = importlib.import_module(f"{package}.service").build(
        read(settings_class(package), environ))
    try:
        return _retention(service, app).standing(now)
    finally:
        transactions = app.register.transactions if service == "volunteers" else app.transactions
        transactions.database.client.close()


def _retention(service: str, app: Any) -> Retention:
    rooms = {"events": "usecases.retaining", "volunteers": "usecases.people.retaining",
             "notifications": "usecases.forgetting"}
    module = importlib.import_module(f"services.{service}.{rooms[service]}")
    made: Retention = module.retention(app.register if service == "volunteers" else app)
    return made


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The one action."""
    what = "classes, periods, the oldest of each, the last run; exit 1 when something is overdue"
    parser = actions.add_parser("report", help=what, description=what)
    parser.add_argument("service", choices=SERVICES, nargs="?", help="only this one")
    parser.set_defaults(command=_report)
