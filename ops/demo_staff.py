"""Accounts of a demo, one for each role, with one password and one authenticator for all."""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.rights import ROLES

if TYPE_CHECKING:
    from kernel.transaction import Transaction
    from services.events.domain.staff_account import StaffAccount
    from services.events.usecases.application import Events

FILE = "staff.json"
NAMES = {f"demo-{role}": (role,) if role != "names" else ("desk", "names") for role in ROLES}


@dataclass(frozen=True, kw_only=True)
class Demo:
    """How everybody signs in to a demo. Secret, as far as a demo has any."""

    password: str
    secret: str


def made(folder: Path, environment: Mapping[str, str], root: Path) -> Demo:
    """The accounts, where they are not there yet. Raises CalledProcessError."""
    demo = kept(folder)
    command = [sys.executable, "-m", "ops.demo_staff", "--folder", str(folder)]
    subprocess.run(command, cwd=root, env=dict(environment), check=True)
    return demo


def kept(folder: Path) -> Demo:
    """Those of the folder, else fresh ones, readable by this user only."""
    import pyotp

    file = folder / FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        fresh = Demo(password=secrets.token_urlsafe(12), secret=pyotp.random_base32())
        file.write_text(json.dumps(vars(fresh)))
    return Demo(**json.loads(file.read_text()))


def code_now(folder: Path) -> str:
    """What the authenticator of the demo shows now. Raises FileNotFoundError without a demo."""
    import pyotp

    demo = Demo(**json.loads((folder / FILE).read_text()))
    return pyotp.TOTP(demo.secret).now()


def _make(app: Events, demo: Demo) -> None:
    from services.events.domain.staff_account import Grant
    from services.events.usecases.accounts import managing
    from services.events.usecases.accounts.passwords import hashed

    for name, roles in NAMES.items():
        if app.store.staff.found(name=name):
            continue
        account = managing.add(app, name, Grant(roles=roles), by=managing.COMMAND)
        able = replace(account, password=hashed(demo.password, name=name),
                       secret=app.vault.seal(demo.secret))
        app.transactions.run(partial(_save, app, able))


def _save(app: Events, able: StaffAccount, within: Transaction) -> None:
    from services.events.usecases.accounts.telling import save_and_tell

    save_and_tell(app, able, within=within)


def main() -> int:
    """Makes what is missing; run with the environment of `events`."""
    from ops.staff import application

    parser = argparse.ArgumentParser(prog="python -m ops.demo_staff", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    with application("demo") as app:
        _make(app, kept(options.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
