"""`xiangxin subscriber try`: what a subscriber is told, shown in the terminal as it comes."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence

from kernel.clock import SHANGHAI
from kernel.mongo import available, open_database
from kernel.settings import Settings
from services.city.domain.broken import UnknownPattern
from services.city.domain.subscriber import Subscriber
from services.city.store import Store
from services.city.store.feed import Fed
from services.city.usecases.replaying import beginning, page, wanted_keys

Read = Callable[[], Settings]
LOOK = 0.5  # seconds
AT_ONCE = 200


def _try(options: argparse.Namespace) -> int:
    """Until Ctrl-C, or until nobody reads what is printed. Takes nothing from anybody's queue."""
    database = open_database(options.read(), "city")
    try:
        store = Store.on(database)
        for fed in told(store, options.name, after=options.after, patterns=options.facts):
            print(line(fed), flush=True)
    except UnknownPattern as unknown:
        there = "\n  ".join(unknown.allowed)
        raise ValueError(f"--facts {unknown}; there are:\n  {there}") from None
    except (KeyboardInterrupt, BrokenPipeError):
        os.close(1)  # else the interpreter complains once more
    finally:
        database.client.close()
    return 0


def told(store: Store, name: str, *, after: int | None, patterns: Sequence[str],
         pause: Callable[[float], None] = time.sleep) -> Iterator[Fed]:
    """Without end, what the subscriber may hear behind the position, or from now on. Its grants
    are looked up each time, so one sees them change.

    Raises ValueError for an unknown name, and what `beginning` and `wanted_keys` raise.
    """
    with available():
        _known(store, name)
        last = store.feed.last()
        position = last if after is None else beginning(store, after=after, since=None)
    while True:
        with available():
            keys = wanted_keys(_known(store, name), patterns)
            found = page(store.feed, position, keys, limit=AT_ONCE)
        yield from found.facts
        position = found.next
        if not found.whole:
            pause(LOOK)


def line(fed: Fed) -> str:
    """Position, local time, key and subject, then what it says."""
    data = json.loads(fed.body)["data"]
    at = fed.published_at.astimezone(SHANGHAI)
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{fed.position}  {at:%Y-%m-%d %H:%M:%S}  {fed.key}  {fed.subject}  {said}"


def _known(store: Store, name: str) -> Subscriber:
    found = store.subscribers.of(name)
    if found is None:
        names = ", ".join(one.name for one in store.subscribers.all())
        raise ValueError(f"no subscriber is called {name!r}; there are: {names or 'none yet'}")
    return found


def _position(text: str) -> int | None:
    if text == "now":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is neither a position nor now")
    return int(text)


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The one action."""
    what = "print what it is told, as it comes, until Ctrl-C; takes nothing from its queue"
    parser = actions.add_parser("try", help=what, description=what)
    parser.set_defaults(command=_try, read=read)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--after", type=_position, metavar="POSITION|now",
                        help="0 for all that is kept; now by itself")
    parser.add_argument("--facts", nargs="+", default=[], metavar="PATTERN",
                        help="only these of what it may hear")
