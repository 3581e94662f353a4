"""`xiangxin staff`: accounts of staff, made, changed, invited, signed out and shut."""

from __future__ import annotations

import argparse
import importlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kernel.audit.act import Act, acting
from kernel.rights import ROLES
from kernel.settings import read
from ops import addresses, demo_staff, secrets
from services.events.domain.broken import BrokenRule
from services.events.settings import EventsSettings

if TYPE_CHECKING:
    from services.events.domain.staff_account import StaffAccount
    from services.events.usecases.application import Events

Run = Callable[[argparse.Namespace], int]


def environment() -> Mapping[str, str]:
    """What is set, and for what is not, what a `xiangxin up` that runs here was given."""
    return {**secrets.of_running(addresses.FILE), **addresses.servers(addresses.FILE),
            **os.environ}


@contextmanager
def application(action: str) -> Iterator[Events]:
    """The events service on the environment's database; changes are kept in its audit log as the
    operator command's. Raises SettingsFault, and ValueError for what a rule refuses."""
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    door: Any = importlib.import_module("services.events.service")  # brings nameko
    from services.events.usecases.accounts.managing import COMMAND

    app: Events = door.build(read(EventsSettings, environment()))
    act = Act(kind="changed", by=COMMAND.actor, what=f"staff_{action}",
              place=f"xiangxin staff {action}")
    try:
        with acting(act):
            yield app
    except BrokenRule as rule:
        raise ValueError(f"{type(rule).__name__}: {rule}") from None
    finally:
        app.vault.close()  # type: ignore[attr-defined]
        app.transactions.database.client.close()


def _add(options: argparse.Namespace) -> int:
    from services.events.usecases.accounts import managing

    with application("add") as app:
        made = managing.add(app, options.name, _grant(options), by=managing.COMMAND,
                            person_ref=options.person_ref)
    print(f"{made.name} is made; xiangxin staff invite {made.name} lets its owner set a password")
    return 0


def _change(options: argparse.Namespace) -> int:
    from services.events.usecases.accounts import managing

    with application("change") as app:
        managing.change(app, options.name, _grant(options), by=managing.COMMAND)
        print(_line(app.store.staff.named(options.name)))
    return 0


def _list(_: argparse.Namespace) -> int:
    with application("list") as app:
        for each in app.store.staff.all():
            print(_line(each))
        for waiting in app.store.staff.waiting():
            print(f"waits for a second operator: {waiting.name} "
                  f"{','.join(waiting.grant.roles)}, asked by {waiting.asked_by}")
    return 0


def _show(options: argparse.Namespace) -> int:
    from services.events.usecases.accounts import leaving

    with application("show") as app:
        account, logins = leaving.own(app, app.store.staff.named(options.name).account_id)
    print(_line(account))
    print(f"  made {account.made_at:%Y-%m-%d %H:%M}Z, person_ref {account.person_ref or '-'}, "
          f"{len(account.recovery)} recovery codes")
    for login in logins:
        print(f"  signed in {login.began:%Y-%m-%d %H:%M}Z, {login.device}")
    return 0


def _with_code(action: str) -> Run:
    """Prints the one-time code of an invitation."""

    def run(options: argparse.Namespace) -> int:
        from services.events.usecases.accounts import managing

        work = managing.invite if action == "invite" else managing.reset
        with application(action) as app:
            code = work(app, options.name, by=managing.COMMAND)
        print(f"{options.name}: {_place()}/staff/invitation\ncode, once, within 3 days: {code}")
        return 0

    return run


def _simply(action: str) -> Run:
    def run(options: argparse.Namespace) -> int:
        from services.events.usecases.accounts import managing

        work = {"sign-out": managing.sign_out, "close": managing.shut, "open": managing.reopen}
        with application(action) as app:
            work[action](app, options.name, by=managing.COMMAND)
            print(_line(app.store.staff.named(options.name)))
        return 0

    return run


def _demo_code(_: argparse.Namespace) -> int:
    print(demo_staff.code_now(addresses.FILE.parent / "demo"))
    return 0


def _place() -> str:
    told = read(EventsSettings, environment()).addresses.get("events")
    return told or addresses.door(addresses.FILE, "events") or "<address of events>"


def _grant(options: argparse.Namespace) -> Any:
    from services.events.domain.staff_account import Grant

    return Grant(roles=tuple(options.role), programmes=tuple(options.programme),
                 streets=tuple(options.street))


def _line(account: StaffAccount) -> str:
    grant = account.grant
    limits = ",".join((*grant.programmes, *grant.streets)) or "everywhere"
    state = "open" if account.open else "closed"
    set_up = "" if account.password or account.subject else "  not set up yet"
    return f"{account.name:<20} {state:<7} {','.join(grant.roles) or '-'}  ({limits}){set_up}"


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Every action."""
    told: dict[str, tuple[Run, str]] = {
        "add": (_add, "a new account; delicate roles too, for who types this has every key"),
        "change": (_change, "other roles and limits, instead of those it had"),
        "list": (_list, "one line each"),
        "show": (_show, "one account, and where it is signed in"),
        "invite": (_with_code("invite"), "print a code with which its owner sets a password"),
        "reset-totp": (_with_code("reset-totp"), "take the authenticator away and invite again"),
        "sign-out": (_simply("sign-out"), "end every login of the account"),
        "close": (_simply("close"), "nobody signs in to it any more"),
        "open": (_simply("open"), "as it was before it was closed"),
        "demo-code": (_demo_code, "what the authenticator of a demo that runs here shows now"),
    }
    for name, (run, what) in told.items():
        parser = actions.add_parser(name, help=what, description=what)
        parser.set_defaults(command=run)
        if name not in ("list", "demo-code"):
            parser.add_argument("name", metavar="NAME")
        if name in ("add", "change"):
            parser.add_argument("--role", action="append", choices=list(ROLES), required=True)
            parser.add_argument("--programme", action="append", default=[], metavar="KEY")
            parser.add_argument("--street", action="append", default=[], metavar="NAME")
        if name == "add":
            parser.add_argument("--person-ref", help="the resident that the member is themselves")
