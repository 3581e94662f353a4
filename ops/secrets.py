"""Secrets of a demo: made on the first start, kept beside its data, readable by this user only."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from kernel.login_token import public_of
from kernel.rights import ROLES

FILE = "secrets.json"


def kept(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The tokens and keys: those of `environ`, else those of the folder, else fresh ones.

    `checker` is a named member beside the shared tokens, so that one can ask and another decide.
    The key must outlive a restart: without it contacts already written cannot be read.
    """
    fresh = {
        "STAFF_TOKEN": secrets.token_urlsafe(18),
        "CASEWORKER_TOKEN": secrets.token_urlsafe(18),
        "STAFF_TOKENS": f"checker:{secrets.token_urlsafe(18)}::{':'.join(ROLES)}",
        **login_keys(),
        "VAULT_KEY": base64.b64encode(secrets.token_bytes(96)).decode(),
    }
    chosen = outliving(folder / FILE, fresh)
    return {name: environ.get(name) or value for name, value in chosen.items()}


def passwords(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """A password for each name: those of the folder, else fresh ones."""
    return outliving(folder / "users.json", {name: secrets.token_hex(18) for name in names})


def outliving(file: Path, fresh: Mapping[str, str]) -> dict[str, str]:
    """What the file keeps, and these for what it does not; for this user's eyes only."""
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    chosen = {**fresh, **known}
    if chosen != known:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(chosen))
    return chosen


def of_running(addresses: Path) -> dict[str, str]:
    """The secrets of the `xiangxin up` that wrote this file of addresses; empty when none runs."""
    file = addresses.parent / "demo" / FILE
    if not addresses.exists() or not file.exists():
        return {}
    found: dict[str, str] = json.loads(file.read_text())
    return found


def login_keys() -> dict[str, str]:
    """A fresh key that logins are signed with, and what they are checked with."""
    key = secrets.token_bytes(32)
    return {"LOGIN_KEY": base64.b64encode(key).decode(),
            "LOGIN_PUBLIC_KEYS": base64.b64encode(public_of(key)).decode()}
