"""`xiangxin templates`: the SMS templates by version, their release, and what providers lack."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from services.notifications.templates.codes import Codes, form_faults, read_codes
from services.notifications.templates.versions import (
    TemplateFault,
    current,
    drafts,
    release,
    versions,
)

Run = Callable[[argparse.Namespace], int]


def _list(_: argparse.Namespace) -> int:
    in_force = set(current().values())
    for one in versions():
        standing = "draft" if not one.released else (
            "in force" if one.reference in in_force else "former")
        print(f"{one.reference:<40} {standing}")
    return 0


def _release(_: argparse.Namespace) -> int:
    fresh = release()
    print("\n".join(fresh) if fresh else "nothing to release")
    return 0


def _check(options: argparse.Namespace) -> int:
    """One line per fault; exit 1 when there is one. Changes nothing."""
    faults = [f"{draft} is a draft: it is not sent" for draft in drafts()] + form_faults()
    file = options.codes or os.environ.get("TEMPLATE_CODES")
    codes = read_codes(Path(file)) if file else Codes()
    for provider in codes.providers:
        faults += [f"{provider} has no code for {each}" for each in codes.lacking(provider)]
    for fault in faults:
        print(fault)
    print(f"{len(current())} templates in force, {len(codes.providers)} providers with codes: "
          f"{len(faults) or 'no'} faults")
    return 1 if faults else 0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """List, release, check."""
    for name, run, what in (
        ("list", _list, "every version, and which are in force"),
        ("release", _release, "pin new versions; from the next start on they are sent"),
        ("check", _check, "exit 1 for a draft, a template without forms or without a code"),
    ):
        parser = actions.add_parser(name, help=what, description=what)
        parser.set_defaults(command=_told(run))
        if name == "check":
            parser.add_argument("--codes", metavar="FILE", help="instead of TEMPLATE_CODES")


def _told(run: Run) -> Run:
    def command(options: argparse.Namespace) -> int:
        try:
            return run(options)
        except TemplateFault as fault:
            raise ValueError("\n".join(["templates:", *fault.faults])) from fault

    return command
