"""`xiangxin vault`: new keys for what is sealed, and which master key is still needed."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from pymongo.database import Database

from kernel.mongo import open_database
from kernel.settings import Settings, VaultSettings
from kernel.vault import Vault, VaultRefused
from services.notifications.store.resealing import reseal_numbers

Read = Callable[[], Settings]
SERVICES = ("events", "volunteers", "notifications", "city")
ALL = "all"


def _rotate(options: argparse.Namespace) -> int:
    """Wraps the data keys with the first master key, and changes them, of one service or of all."""
    settings = _settings(options)
    for service in _services(options):
        with _opened(settings, service) as (database, vault):
            print(f"{service}: {vault.rewrap()} data keys wrapped with the first key of VAULT_KEY")
            if options.rewrap_only:
                continue
            if not options.reseal_only:
                vault.rotate()
                print(f"{service}: a new data key, used by all processes within ten minutes")
            if service == "notifications":
                print(f"{reseal_numbers(database, vault)} numbers sealed anew")
    return 0


def _status(options: argparse.Namespace) -> int:
    """Which master key wraps how many data keys; 1 while one but the first is needed."""
    settings, needed = _settings(options), 0
    for service in _services(options):
        with _opened(settings, service) as (_, vault):
            vault.digest("")  # kept from here on, so that no hash needs an old key either
            (first, count), *others = vault.wrapped()
        print(f"{service}: {count} data keys under {_named(first)}")
        for name, wrapped in others:
            do = ("xiangxin vault rotate --rewrap-only" if name in settings.vault_key
                  else "VAULT_KEY does not hold it")
            print(f"{service}: {wrapped} data keys still under {_named(name)}: {do}")
        needed += len(others)
    print("VAULT_KEY needs its first key only" if not needed else "keep every key of VAULT_KEY")
    return int(needed > 0)


def _services(options: argparse.Namespace) -> tuple[str, ...]:
    return SERVICES if options.service == ALL else (options.service,)


def _named(name: str) -> str:
    return f"the key {name}" if name else "the key without a name"


def _settings(options: argparse.Namespace) -> VaultSettings:
    """Raises ValueError without VAULT_KEY."""
    settings = cast(Settings, options.read())
    if settings.vault_key is None:
        raise ValueError("VAULT_KEY is missing")
    return cast(VaultSettings, settings)


@contextmanager
def _opened(
    settings: VaultSettings, service: str
) -> Iterator[tuple[Database[dict[str, Any]], Vault]]:
    database = open_database(settings, service)
    vault = Vault(database, settings.vault_key)
    try:
        yield database, vault
    except VaultRefused:
        raise ValueError(f"{service}: VAULT_KEY lacks a key that its data keys need") from None
    finally:
        vault.close()
        database.client.close()


def add_to(actions: argparse._SubParsersAction[argparse.ArgumentParser], read: Read) -> None:
    """The two actions."""
    what = "the first key of VAULT_KEY for all data keys, and a new data key for what is sealed now"
    rotate = actions.add_parser("rotate", help=what, description=what)
    only = rotate.add_mutually_exclusive_group()
    only.add_argument("--rewrap-only", action="store_true", help="no new data key")
    only.add_argument("--reseal-only", action="store_true",
                      help="no new data key either: seal again what still has an older one")
    told = "exit 1 while a key of VAULT_KEY but the first is needed"
    status = actions.add_parser("status", help=told, description=told)
    for parser, command in ((rotate, _rotate), (status, _status)):
        parser.add_argument("service", choices=(*SERVICES, ALL), nargs="?", default=ALL)
        parser.set_defaults(command=command, read=read)
