"""`xiangxin parked`: look at messages that need a person, send them again, throw them away."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterator

from kernel import parked
from kernel.settings import Settings
from kernel.topology import FLOWS, Flow

Read = Callable[[], Settings]
Settle = Callable[[str, Flow, Collection[str] | None], int]


def _flows(options: argparse.Namespace) -> Iterator[Flow]:
    names = [options.queue] if options.queue else list(FLOWS)
    return (FLOWS[name] for name in names)


def _list(options: argparse.Namespace) -> int:
    """One line each; nothing is moved."""
    uri, found = options.read().amqp_uri, 0
    for flow in _flows(options):
        for message in parked.list_parked(uri, flow):
            found += 1
            print(f"{flow.queue}  {message.id or '(no id)'}  {message.type or '(no type)'}")
            print(f"    {message.first_failed_at} after {message.attempts} attempts, "
                  f"{message.size} bytes: {message.reason}")  # fmt: skip
    print(f"{found} parked")
    return 0


def _show(options: argparse.Namespace) -> int:
    """Whole, but for contact details. LookupError when no queue has it."""
    uri = options.read().amqp_uri
    for flow in _flows(options):
        try:
            message = parked.show_parked(uri, flow, options.id)
        except parked.NotParked:
            continue
        for name in ("id", "type", "reason", "attempts", "first_failed_at", "size"):
            print(f"{name:<16} {getattr(message, name)}")
        print(f"{'queue':<16} {flow.queue}\n{message.text}")
        return 0
    raise LookupError(f"no parked message has the id {options.id}")


def _settled(options: argparse.Namespace, settle: Settle, what: str) -> int:
    """Applies to the ids given, or to every one with --all. LookupError when none was found."""
    if bool(options.id) == options.all:
        raise ValueError("give ids, or --all")
    uri = options.read().amqp_uri
    ids = None if options.all else set(options.id)
    done = sum(settle(uri, flow, ids) for flow in _flows(options))
    if ids and not done:
        raise LookupError("none of these ids is parked")
    print(f"{done} {what}")
    return 0


def _retry(options: argparse.Namespace) -> int:
    return _settled(options, parked.retry_parked, "sent to their queue again")


def _drop(options: argparse.Namespace) -> int:
    return _settled(options, parked.drop_parked, "thrown away for good")


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The four actions."""
    rows: list[tuple[str, Callable[[argparse.Namespace], int], str]] = [
        ("list", _list, "what is parked, and why"),
        ("show", _show, "one message with its body"),
        ("retry", _retry, "send to the queue again, attempts counted anew"),
        ("drop", _drop, "throw away for good"),
    ]
    for name, run, what in rows:
        parser = actions.add_parser(name, help=what, description=what)
        parser.add_argument("--queue", choices=list(FLOWS), help="only this queue's")
        parser.set_defaults(command=run, read=read)
        if name == "show":
            parser.add_argument("id")
        if name in ("retry", "drop"):
            parser.add_argument("id", nargs="*")
            parser.add_argument("--all", action="store_true", help="every one of them")
