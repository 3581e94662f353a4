"""`xiangxin` (or `python -m ops`): what operators type; each command lives in its own module."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import amqp

from kernel.mongo import Unavailable
from kernel.settings import Settings, SettingsFault, read
from ops import (
    addresses,
    audit,
    briefs,
    figures,
    health,
    ledger,
    messages,
    outboxes,
    parked,
    prepare,
    retention,
    staff,
    subscriber,
    templates,
    trying,
    vault,
    webhooks,
)
from ops.grants import Admin, AdminSettings
from ops.prepare import once_there

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: done; 1: refused or different; 2: called or configured wrongly; 3: out of reach."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except SettingsFault as fault:
        return _stop(2, "\n".join(["settings:", *fault.faults]))
    except (Unavailable, OSError, amqp.AMQPError) as fault:
        return _stop(3, f"not reachable: {fault}")
    except (ValueError, LookupError, prepare.declaring.WrongTopology) as fault:
        return _stop(1, str(fault))


def _stop(code: int, text: str) -> int:
    print(f"xiangxin: {text}", file=sys.stderr)
    return code


def _say(text: str) -> None:
    print(text, flush=True)


def _settings() -> Settings:
    """The environment's; for what it leaves out, the servers of a `xiangxin up` that runs here."""
    return read(Settings, {**addresses.servers(addresses.FILE), **os.environ})


def _prepare(_: argparse.Namespace) -> int:
    for step in (_migrate, _declare, _load_programmes):
        step(_)
    return 0


def _admin() -> Admin:
    settings: Admin = read(AdminSettings, {**addresses.servers(addresses.FILE), **os.environ})
    return settings


def _migrate(_: argparse.Namespace) -> int:
    granted = once_there("broker and database", lambda: prepare.grant(_admin()), tell=_say)
    for server, users in granted.items():
        _say(f"users of the {server}: {', '.join(users) or 'as they are, none was given'}")
    once_there("database", lambda: prepare.migrate(_settings()), tell=_say)
    _say("indexes are there")
    return 0


def _declare(_: argparse.Namespace) -> int:
    for stays in once_there("broker", lambda: prepare.declare(_admin()), tell=_say):
        _say(stays)
    _say("exchanges and queues are there")
    return 0


def _verify(_: argparse.Namespace) -> int:
    prepare.verify(_settings())
    _say("exchanges and queues are as the catalogue says")
    return 0


def _load_programmes(_: argparse.Namespace) -> int:
    changed = once_there("database", lambda: prepare.load_programmes(os.environ), tell=_say)
    _say(f"programmes: {len(changed)} new or changed")
    return 0


def _up(options: argparse.Namespace) -> int:
    from ops.up import up  # brings the process manager and the private servers

    return up("season" if options.season else "serve", options.folder)


def _check(options: argparse.Namespace) -> int:
    from ops.up import up

    return up("check", options.folder)


def _healthy(_: argparse.Namespace) -> int:
    is_ready, said = health.look(_settings(), os.environ)
    _say(said)
    return 0 if is_ready else 1


def _print_settings(_: argparse.Namespace) -> int:
    from ops.variables import lines

    print("\n".join(lines()))
    return 0


def _make_login_key(_: argparse.Namespace) -> int:
    from ops.secrets import login_keys

    print("\n".join(f"{name}={value}" for name, value in login_keys().items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xiangxin", description="What operators type.")
    groups = parser.add_subparsers(required=True, metavar="command")
    _add(groups, "prepare", _prepare, "migrate, topology declare and programmes load in one")
    _add(groups, "migrate", _migrate, "make missing collections and indexes")
    _add(groups, "healthy", _healthy, "exit 0 when the process of this container is ready")
    _add(groups, "settings", _print_settings, "list every environment variable")
    _add(groups, "login-key", _make_login_key, "print a fresh key for logins, and what checks it")
    check = _add(groups, "check", _check, "replay 2021, compare with what was published")
    up = _add(groups, "up", _up, "start everything here; Ctrl-C ends it")
    for starting in (check, up):
        starting.add_argument("--folder", type=Path, help="data and addresses here, on free ports")
    up.add_argument("--season", action="store_true", help="replay 2021, then new sign-ups")
    topology = _group(groups, "topology", "exchanges and queues")
    _add(topology, "declare", _declare, "make what is missing")
    _add(topology, "verify", _verify, "look, make nothing")
    programmes = _group(groups, "programmes", "the programmes of the department")
    _add(programmes, "load", _load_programmes, "keep and tell new and changed ones")
    outboxes.add_to(groups, _settings)
    ledger.add_to(_group(groups, "ledger", "the hours ledger"), _settings)
    briefs.add_to(_group(groups, "briefs", "the briefs that were signed"), _settings)
    audit.add_to(_group(groups, "audit", "who did what, chained"), _settings)
    figures.add_to(_group(groups, "stats", "figures, from the log of facts"), _settings)
    messages.add_to(_group(groups, "messages", "SMS: look at them, act where it is safe"))
    messages.add_test_to(groups)
    parked.add_to(_group(groups, "parked", "messages that need a person"), _settings)
    staff.add_to(_group(groups, "staff", "accounts of staff: who may what"))
    subscribers = _group(groups, "subscriber", "other city systems that hear our facts")
    subscriber.add_to(subscribers)
    trying.add_to(subscribers, _settings)
    vault.add_to(_group(groups, "vault", "the keys of what is sealed"), _settings)
    retention.add_to(_group(groups, "retention", "how long what is kept of people"))
    webhooks.add_to(_group(groups, "webhook", "where other systems are called"))
    templates.add_to(_group(groups, "templates", "what SMS say, by version"))
    return parser


def _add(
    groups: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Command, what: str
) -> argparse.ArgumentParser:
    parser = groups.add_parser(name, help=what, description=what)
    parser.set_defaults(command=run)
    return parser


def _group(
    groups: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    parser = groups.add_parser(name, help=what, description=what)
    return parser.add_subparsers(required=True, metavar="action")


if __name__ == "__main__":
    sys.exit(main())
