"""`xiangxin messages` and `send-test`: look at SMS, act where it is safe, try a provider."""

from __future__ import annotations

import argparse
import importlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kernel.acting import Acting
from kernel.contact import normalise_phone
from kernel.settings import read
from ops import addresses
from services.notifications.domain.message import ORDER
from services.notifications.domain.operating import Action, NotAllowed, UnknownMessage
from services.notifications.settings import NotificationsSettings

if TYPE_CHECKING:
    from services.notifications.usecases.application import App

Run = Callable[[argparse.Namespace], int]
TEXT = "这是一条测试短信。"
ACTIONS: dict[str, tuple[Action, str]] = {
    "retry": ("send_again", "send again what surely did not arrive and is still of use"),
    "give-up": ("give_up", "do not send it, or stop waiting for an answer"),
    "release": ("release", "let a held one leave now, quiet hours or not"),
    "look-up": ("look_up", "ask the provider now what became of it"),
}


@contextmanager
def application() -> Iterator[App]:
    """The notifications service on the environment's database; of a `xiangxin up` that runs here
    the servers are known. Raises SettingsFault that names what lacks (VAULT_KEY)."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    parts: Any = importlib.import_module("services.notifications.service.parts")  # brings nameko
    environ = {**addresses.servers(addresses.FILE), **os.environ}
    app: App = parts.build(read(NotificationsSettings, environ))
    try:
        yield app
    finally:
        app.close()


def _list(options: argparse.Namespace) -> int:
    """One line each, newest first; nothing is changed."""
    from services.notifications.usecases.operating import messages

    states = [options.state] if options.state and options.state != "stuck" else []
    with application() as app:
        found = messages(app, states=states, purpose=options.purpose, key=options.of,
                         stuck=options.state == "stuck", page=options.page)
    for each in found.items:
        one = each.message
        print(f"{one.message_id}  {one.state:<13} {one.purpose:<18} {one.person_ref}  "
              f"{each.written_at:%Y-%m-%d %H:%M}Z  {one.reason or ''}".rstrip())
    print(f"{len(found.items)} messages{', more on the next page' if found.more else ''}")
    return 0


def _show(options: argparse.Namespace) -> int:
    """One message with what to do; the number masked. LookupError when there is none."""
    from services.notifications.usecases.operating import explained

    with application() as app, _known():
        seen = explained(app, options.id)
    one = seen.message
    for name in ("message_id", "state", "purpose", "person_ref", "registration_id", "reason",
                 "provider", "deadline", "look_at", "started_at", "tries", "asked"):
        print(f"{name:<16} {getattr(one, name)}")
    print(f"{'number':<16} {seen.number or 'none known'}\n{'attempts':<16} {len(one.attempts)}")
    print(f"{'why':<16} {seen.advice.why}\n{'what to do':<16} {seen.advice.do}")
    mine = [name for name, (action, _) in ACTIONS.items() if action in seen.actions]
    print(f"{'safe now':<16} {', '.join(mine) or 'nothing'}")
    for each in seen.acts:
        print(f"{each.at:%Y-%m-%d %H:%M}Z  {each.by}: {each.action} ({each.reason}) "
              f"-> {each.outcome}")
    return 0


def _balance(_: argparse.Namespace) -> int:
    """The account of the last seven days in one line; exit 1 when it does not add up (N-26)."""
    from services.notifications.usecases.watching import account

    with application() as app:
        found = account(app)
    print(found.line())
    return 0 if found.is_sound else 1


def _act(options: argparse.Namespace) -> int:
    """Does it, and writes down who and why. Exit 1 with the reason when it is not safe."""
    from services.notifications.usecases.operating import act

    with application() as app, _known():
        done = act(app, options.id, options.action, reason=options.why,
                   by=Acting(actor=options.by))
    print(f"{done['message_id']} is {done['state']}"
          + (f": {done['outcome']}" if done["outcome"] else ""))
    return 0


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except UnknownMessage as unknown:
        raise LookupError("no message has this id") from unknown
    except NotAllowed as unsafe:
        raise ValueError(str(unsafe)) from unsafe


def _providers(_: argparse.Namespace) -> int:
    """One line each: state, share of now of the weight, calls of the last minute, what is left."""
    from services.notifications.usecases.steering import balances, standings

    with application() as app:
        found, left = standings(app), balances(app)
    for each in found:
        balance = left.get(each.name)
        print(f"{each.name:<10} {each.state:<8} {each.share:g} of {each.weight:g}  "
              f"{each.calls} calls, {each.failures} failed  "
              + (f"{balance.left:g} {balance.unit} left" if balance else "balance not known")
              + (f"  ({each.reason})" if each.reason and each.state != "closed" else ""))
    return 0


def _send_test(options: argparse.Namespace) -> int:
    """One call to the chosen provider, outside the queue; exit 0 when it took the message."""
    from services.notifications.domain.outcome import Accepted, Refused
    from services.notifications.providers.base import Outgoing

    number = normalise_phone(options.number)
    if number is None:
        raise ValueError("not a mobile number: 11 digits, e.g. 139 0000 0000")
    with application() as app:
        name = options.provider or next(iter(app.routes.by_name))
        if name not in app.routes.by_name:
            raise LookupError(f"no provider {name}; there is {', '.join(app.routes.by_name)}")
        provider = app.routes.by_name[name]
        text = app.texts.signed(TEXT)
        outcome = provider.send(Outgoing(attempt_id=app.ids(), number=number, text=text))
    code = getattr(outcome, "code", None) or getattr(outcome, "reason", None)
    print(f"{name}: {type(outcome).__name__}{f' ({code})' if code else ''}")
    if isinstance(outcome, Refused):
        print(f"that means: {outcome.verdict}")
    return 0 if isinstance(outcome, Accepted) else 1


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """List, show, and the acts."""
    listed = actions.add_parser("list", help="newest first", description="Messages, newest first.")
    listed.add_argument("--state", choices=[*ORDER, "stuck"], help="stuck: overdue for minutes")
    listed.add_argument("--purpose", help="e.g. reminder")
    listed.add_argument("--of", help="a person_ref, a registration, a broadcast or an attempt")
    listed.add_argument("--page", type=int, default=1)
    listed.set_defaults(command=_list)
    shown = actions.add_parser("show", help="one message, and what to do about it")
    shown.add_argument("id")
    shown.set_defaults(command=_show)
    what = "whether every accepted message is accounted for; exit 1 if not"
    actions.add_parser("balance", help=what, description=what).set_defaults(command=_balance)
    for name, (action, what) in ACTIONS.items():
        parser = actions.add_parser(name, help=what, description=what)
        parser.add_argument("id")
        parser.add_argument("--by", required=True, help="your account's name, for the record")
        parser.add_argument("--why", required=True, help="the reason, for the record")
        parser.set_defaults(command=_act, action=action)


def add_test_to(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`send-test NUMBER` and `providers`."""
    what = "send one test SMS by a provider, to see whether it takes it"
    parser = groups.add_parser("send-test", help=what, description=what)
    parser.add_argument("number")
    parser.add_argument("--provider", help="else the first of the settings")
    parser.set_defaults(command=_send_test)
    what = "providers: breakers, shares, calls, balances"
    groups.add_parser("providers", help=what, description=what).set_defaults(command=_providers)
