"""`xiangxin webhook`: where other systems are called, with what came of it."""

from __future__ import annotations

import argparse
import importlib
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kernel.audit.act import Act, acting
from kernel.clock import SHANGHAI
from kernel.mongo import available
from kernel.settings import read
from ops import addresses
from ops.subscriber import BY
from services.city.domain.granting import EVERYTHING, granted
from services.city.domain.webhook import Attempt
from services.city.settings import CitySettings
from services.city.usecases import webhooking
from services.city.webhooks.calling import lookup

if TYPE_CHECKING:
    from services.city.usecases.application import City

ANSWER_WITHIN = 30.0  # seconds that a ping is waited for: the caller looks four times a second
LISTED = 50
WHERE = "now, first, a position or a moment with an offset (2026-11-27T08:00:00+08:00)"


@contextmanager
def application(action: str) -> Iterator[City]:
    """The city service on the environment's database; of a `xiangxin up` that runs here the
    servers are known. Changes are kept in its audit log as the operator command's. Raises
    SettingsFault that names what lacks (VAULT_KEY), and Unavailable."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    parts: Any = importlib.import_module("services.city.service.parts")  # brings nameko
    environ = {**addresses.servers(addresses.FILE), **os.environ}
    app: City = parts.build(read(CitySettings, environ))
    act = Act(kind="changed", by=BY, what=f"webhook_{action}", place=f"xiangxin webhook {action}")
    try:
        with available(), acting(act):
            yield app
    finally:
        app.close()


def _set(options: argparse.Namespace) -> int:
    """Prints the secret of a new one, this once."""
    with application("set") as app:
        secret = webhooking.set_webhook(app, options.name, options.url, begin=options.begin,
                                        resolve=lookup)
    if options.url.startswith("http://"):
        print("what is sent there can be read on its way: https:// keeps it closed")
    if secret is None:
        print(f"{options.name} is called there from now on; its secret stays")
        return 0
    print(f"{options.name} is called there from now on. Its secret, which is shown this once:\n"
          f"{secret}")
    return 0


def _show(options: argparse.Namespace) -> int:
    """Where it is, how far, and what waits."""
    with application("show") as app:
        webhook, kept = app.store.webhooks.of(options.name), app.store.lines.of(options.name)
        subscriber = app.store.subscribers.of(options.name)
        assert kept is not None
        line = kept.line
        keys = granted(subscriber.facts if subscriber else ())
        behind = app.store.feed.tallies.behind(line.cursor, keys)
        replays = app.store.orders.replays(options.name)
    state = f"{webhook.state}{f' ({webhook.why})' if webhook.why else ''}"
    if subscriber is None or subscriber.state != "active":
        state += ", but its subscriber is not active, so it is not called"
    health = line.health
    for name, value in (
        ("address", webhook.url), ("state", state), ("position", line.cursor),
        ("behind it", behind), ("waiting", len(line.waiting)),
        ("replays", ", ".join(f"{each.after + 1} to {each.to}" for each in replays) or "none"),
        ("last success", health.succeeded_at or "none yet"),
        ("fails since", health.failing_since or "it does not"),
        ("rests until", health.rests_until or "it does not"),
        ("secrets", len(webhook.secrets)),
    ):
        print(f"{name:<14} {value}")
    return 0


def _ping(options: argparse.Namespace) -> int:
    """Exit 0 when it was answered with success."""
    with application("ping") as app:
        asked = webhooking.ping(app, options.name)
        until = time.monotonic() + ANSWER_WITHIN
        while (found := app.store.calls.of(options.name, asked)) is None:
            if time.monotonic() > until:
                raise ValueError("no call within 30 seconds: is the process `webhooks` running, "
                                 "and the subscriber active?")
            time.sleep(0.2)
    _print(found)
    return 0 if found.outcome == "delivered" else 1


def _rotate(options: argparse.Namespace) -> int:
    with application("rotate-secret") as app:
        secret = webhooking.rotate_secret(app, options.name)
    print(f"its new secret, which is shown this once; the old one holds for 24 hours more:\n"
          f"{secret}")
    return 0


def _pause(options: argparse.Namespace) -> int:
    with application("pause") as app:
        webhooking.pause(app, options.name, "by an operator")
    print(f"{options.name} is not called; nothing is lost")
    return 0


def _resume(options: argparse.Namespace) -> int:
    with application("resume") as app:
        webhooking.resume(app, options.name)
    print(f"{options.name} is called again, from where it was")
    return 0


def _replay(options: argparse.Namespace) -> int:
    """A range, or single facts by their ids."""
    if bool(options.id) == bool(options.begin):
        raise ValueError("give --from (and --to), or --id")
    with application("replay") as app:
        if options.id:
            for each in options.id:
                webhooking.replay_one(app, options.name, each)
            print(f"{len(options.id)} facts are brought once more")
            return 0
        first = webhooking.position_of(app, options.begin) + 1
        last = webhooking.end_of(app, options.end) if options.end else None
        first, last = webhooking.replay(app, options.name, first=first, last=last,
                                        facts=options.facts or [EVERYTHING])
    print(f"facts from position {first} to {last} are brought once more")
    return 0


def _calls(options: argparse.Namespace) -> int:
    """The latest, oldest of them first."""
    with application("calls") as app:
        app.store.webhooks.of(options.name)
        found = app.store.calls.latest(options.name, failed=options.failed, limit=options.limit)
    for each in reversed(found):
        _print(each)
    print(f"{len(found)} calls")
    return 0


def _remove(options: argparse.Namespace) -> int:
    with application("remove") as app:
        webhooking.remove(app, options.name)
    print(f"{options.name} has no webhook any more")
    return 0


def _print(call: Attempt) -> None:
    print(f"{call.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}  {call.outcome:<9} "
          f"{call.status or '---'}  {call.took:6.2f} s  {call.kind:<6} {call.position:>8}  "
          f"{call.id}  {call.key}")
    for text in (call.error, call.answer.strip().replace("\n", " ")[:200]):
        if text:
            print(f"    {text}")


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """All of them, each with the subscriber's name."""
    one = _action(actions, "set", _set, "call it at this address; prints a new one's secret")
    one.add_argument("url")
    one.add_argument("--from", dest="begin", help=f"of a new one: {WHERE}")
    _action(actions, "show", _show, "address, state, how far it is, what waits")
    _action(actions, "ping", _ping, "make a test call and print the answer")
    _action(actions, "rotate-secret", _rotate, "a new secret; the old one holds for a day more")
    _action(actions, "pause", _pause, "no calls, nothing is lost")
    _action(actions, "resume", _resume, "call it again, from where it was")
    one = _action(actions, "replay", _replay, "bring facts once more, with the ids they had")
    one.add_argument("--from", dest="begin", help=f"{WHERE}; included")
    one.add_argument("--to", dest="end", help="the same, included; else up to what it has had")
    one.add_argument("--facts", nargs="+", help="only these, as in volunteers.#")
    one.add_argument("--id", nargs="+", help="single facts by their ids")
    one = _action(actions, "calls", _calls, "the latest calls with their answers")
    one.add_argument("--failed", action="store_true", help="only those that failed")
    one.add_argument("--limit", type=int, default=LISTED)
    _action(actions, "remove", _remove, "no webhook any more")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str,
    run: Callable[[argparse.Namespace], int], what: str,
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=what, description=what)
    parser.add_argument("name", help="the subscriber's")
    parser.set_defaults(command=run)
    return parser
