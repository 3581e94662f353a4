"""`xiangxin vault rotate`: a new data key; the numbers of notifications are sealed with it anew."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import cast

from kernel.mongo import open_database
from kernel.settings import Settings
from kernel.vault import Vault
from services.notifications.store.resealing import reseal_numbers

Read = Callable[[], Settings]
SERVICES = ("events", "volunteers", "notifications")


def _rotate(options: argparse.Namespace) -> int:
    """Changes the key of one service; exit 1 without VAULT_KEY."""
    settings = cast(Settings, options.read())
    if settings.vault_key is None:
        raise ValueError("VAULT_KEY is missing")
    database = open_database(settings, options.service)
    vault = Vault(database, settings.vault_key)
    try:
        if not options.reseal_only:
            vault.rotate()
            print(f"{options.service}: a new data key, used by all processes within ten minutes")
        if options.service == "notifications":
            print(f"{reseal_numbers(database, vault)} numbers sealed anew")
    finally:
        vault.close()
        database.client.close()
    return 0


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The one action."""
    what = "a new data key for what is sealed from now on; what was sealed stays readable"
    parser = actions.add_parser("rotate", help=what, description=what)
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("--reseal-only", action="store_true",
                        help="no new key: seal again what still has an older one")
    parser.set_defaults(command=_rotate, read=read)
