"""`xiangxin subscriber`: other city systems that hear our facts, added, granted, shut, removed."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kernel.audit.act import Act, acting
from kernel.clock import system_clock
from kernel.mongo import available, open_database
from kernel.settings import read
from kernel.transaction import Transactions
from ops import addresses
from ops.grants import Admin, AdminSettings
from ops.outsiders import open_outsiders, uri_of
from services.city import topology
from services.city.domain.broken import UnknownPattern
from services.city.domain.granting import checked, granted
from services.city.domain.subscriber import Subscriber
from services.city.store import Store
from services.city.usecases import subscribing
from services.city.usecases.replaying import token_hash
from services.city.usecases.subscribing import Register

Run = Callable[[argparse.Namespace], int]
BY = "operator command"  # as the audit log names who types it
CONNECTIONS, MEGABYTES = 10, 200
_PASSWORD = 32  # bytes of a password and of a token


def settings() -> Admin:
    """The environment's; for what it leaves out, those of a `xiangxin up` that runs here."""
    found: Admin = read(AdminSettings, {**addresses.servers(addresses.FILE), **os.environ})
    return found


@contextmanager
def opened(told: Admin, action: str) -> Iterator[Register]:
    """The city's documents; changes are kept in its audit log as the operator command's. Raises
    Unavailable, and ValueError for a pattern that grants nothing, with all that there are."""
    database = open_database(told, "city")
    act = Act(kind="changed", by=BY, what=f"subscriber_{action}",
              place=f"xiangxin subscriber {action}")
    register = Register(store=Store.on(database), clock=system_clock, transactions=Transactions(
        database, source="/xiangxin/city", clock=system_clock))
    try:
        with available(), acting(act):
            yield register
    except UnknownPattern as unknown:
        raise ValueError("\n  ".join([
            f"--facts {unknown}. Allowed are these, or * for one word and # for any number:",
            *unknown.allowed])) from None
    finally:
        database.client.close()


def _add(options: argparse.Namespace) -> int:
    """The document last: until it is there, the same may be asked again."""
    told, password, token = settings(), _secret(), _secret()
    with opened(told, "add") as register:
        one = subscribing.drafted(
            register, options.name, options.facts, token=token,
            most_connections=options.connections, queue_megabytes=options.megabytes)
        with open_outsiders(told) as broker:
            broker.drop_queue(one)  # of an attempt that did not end
            broker.enter(one, password)
            broker.settle(one)
        subscribing.keep_new(register, one)
    print(f"{one.name} is added. What follows is shown this once:")
    _tell_secrets(told, one, password, token, options.host)
    return 0


def _list(_: argparse.Namespace) -> int:
    with opened(settings(), "list") as register:
        for one in register.store.subscribers.all():
            print(f"{one.name:<32} {one.state:<9} {' '.join(one.facts)}")
    return 0


def _show(options: argparse.Namespace) -> int:
    told = settings()
    with opened(told, "show") as register:
        one = subscribing.known(register, options.name)
        with open_outsiders(told) as broker:
            waiting = broker.depth(one)
    _tell(one)
    print(f"  waiting  {waiting} facts; dropped since it was added: {one.dropped}\n  hears")
    for key in granted(one.facts):
        print(f"    {key}")
    return 0


def _grant(options: argparse.Namespace) -> int:
    """What it may hear by the feed from now on, then by its queue: repeated, it ends the same."""
    told = settings()
    with opened(told, "grant") as register:
        one = subscribing.change(register, options.name, facts=_patterns(
            subscribing.known(register, options.name).facts, options))
        with open_outsiders(told) as broker:
            broker.settle(one)
    _tell(one)
    return 0


def _patterns(before: tuple[str, ...], options: argparse.Namespace) -> tuple[str, ...]:
    """All anew, or the earlier ones with some more and some fewer. Raises ValueError."""
    if options.facts:
        return checked(options.facts)
    if strange := set(options.take) - set(before):
        raise ValueError(f"--take {' '.join(sorted(strange))}: granted are {' '.join(before)}")
    left = [each for each in (*before, *options.add) if each not in options.take]
    if not left or not (options.add or options.take):
        raise ValueError("grant needs --facts, --add or --take, and something must be left: "
                         "suspend or remove shuts a subscriber out")
    return checked(left)


def _rotate(options: argparse.Namespace) -> int:
    told, password, token = settings(), _secret(), _secret()
    with opened(told, "rotate") as register:
        one = subscribing.change(register, options.name, token_hash=token_hash(token))
        with open_outsiders(told) as broker:
            broker.enter(one, password)
            broker.settle(one)
            broker.disconnect(one)
    print(f"{one.name} has other credentials, the earlier ones open nothing. Shown this once:")
    _tell_secrets(told, one, password, token, options.host)
    return 0


def _standing(action: str, state: str) -> Run:
    """Shut or let in again, with the credentials it has."""

    def run(options: argparse.Namespace) -> int:
        told = settings()
        with opened(told, action) as register:
            one = subscribing.change(register, options.name, state=state)
            with open_outsiders(told) as broker:
                if not broker.knows(one):
                    raise ValueError(f"the broker has lost {one.user}: xiangxin subscriber rotate "
                                     f"{one.name} makes it anew, with other credentials")
                broker.settle(one)
        _tell(one)
        return 0

    return run


def _remove(options: argparse.Namespace) -> int:
    """The document last, so that it can be asked again; shut out first."""
    told = settings()
    with opened(told, "remove") as register:
        one = subscribing.change(register, options.name, state="suspended")
        with open_outsiders(told) as broker:
            broker.forget(one)
        subscribing.forget(register, one.name)
    print(f"{one.name} is gone, with its queue")
    return 0


def _tell(one: Subscriber) -> None:
    log = "may" if one.reads_log else "may not (only who is granted # may): replay by the feed"
    print(f"{one.name} is {one.state}")
    print(f"  facts    {' '.join(one.facts)}\n  queue    {one.queue}, at most "
          f"{one.queue_megabytes} MB, then the oldest facts go")
    print(f"  at once  {one.most_connections} connections")
    print(f"  stream   reading {topology.LOG}: {log}")


def _tell_secrets(told: Admin, one: Subscriber, password: str, token: str,
                  host: str | None) -> None:
    city = told.addresses.get("city") or addresses.door(addresses.FILE, "city") or "<city>"
    print(f"  AMQP     {uri_of(told, one, password, host)}")
    print(f"  token    {token}\n  feed     {city}/feed  (Authorization: Bearer <token>)")
    _tell(one)


def _secret() -> str:
    return secrets.token_urlsafe(_PASSWORD)


def _at_least(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return parse


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Every action."""
    told: dict[str, tuple[Run, str]] = {
        "add": (_add, "user, queue and token of a new one; its credentials are printed once"),
        "list": (_list, "one line each"),
        "show": (_show, "one, what it hears and how much waits for it"),
        "grant": (_grant, "other facts, instead of those it had or beside them"),
        "rotate": (_rotate, "other credentials at once; also where the broker lost its user"),
        "suspend": (_standing("suspend", "suspended"),
                    "end its connections and let it in no more; its queue goes on filling"),
        "resume": (_standing("resume", "active"), "let it in again, with the credentials it has"),
        "remove": (_remove, "end its connections; user, queue and what waits there are gone"),
    }
    parsers = {name: actions.add_parser(name, help=what, description=what)
               for name, (_, what) in told.items()}
    for name, parser in parsers.items():
        parser.set_defaults(command=told[name][0])
        if name != "list":
            parser.add_argument("name", metavar="NAME")
    _options(parsers)


def _options(parsers: dict[str, argparse.ArgumentParser]) -> None:
    for name in ("add", "rotate"):
        parsers[name].add_argument("--host", metavar="HOST[:PORT]",
                                   help="of the broker, as the subscriber knows it")
    add, grant = parsers["add"], parsers["grant"]
    add.add_argument("--facts", nargs="+", required=True, metavar="PATTERN",
                     help="keys of facts; * is one word, # any number of them")
    add.add_argument("--connections", type=_at_least(1, 1000), default=CONNECTIONS,
                     help="open at once, at most")
    add.add_argument("--megabytes", type=_at_least(1, 1_000_000), default=MEGABYTES,
                     help="of its queue, at most; then the oldest facts go")
    for option, what in (("--facts", "these and no others"), ("--add", "these as well"),
                         ("--take", "these no more")):
        grant.add_argument(option, nargs="+", default=[], metavar="PATTERN", help=what)
