"""Where the processes of `xiangxin up` listen, and the file that tells other commands."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kernel.amqp_uri import GUEST, read_uri
from ops.parts.ports import LOOPBACK, free_port, holder, is_taken

FILE = Path(__file__).resolve().parents[1] / ".run" / "addresses.json"
DOORS = {"events": 8001, "volunteers": 8002, "notifications": 8003, "stats": 8004,
         "city": 8005}
METRICS = {"events": 9101, "volunteers": 9102, "notifications": 9103, "stats": 9104, "relay": 9105,
           "city": 9106, "bridge": 9107, "webhooks": 9108}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Base URLs, the servers' URIs and the tokens of the staff doors. Secret because of them."""

    events: str
    volunteers: str
    notifications: str
    stats: str
    city: str = ""
    metrics: Mapping[str, str]
    amqp_uri: str
    mongodb_uri: str
    staff_token: str
    caseworker_token: str
    members: Mapping[str, str] = field(default_factory=dict)  # token by name, of STAFF_TOKENS
    demo: Mapping[str, str] = field(default_factory=dict)  # password and secret of its accounts
    subscriber: Mapping[str, str] = field(default_factory=dict)  # the demo's: name, URI, token
    admin: Mapping[str, str] = field(default_factory=dict)  # of a private broker: who makes users

    def door(self, service: str) -> str:
        return str(getattr(self, service))

    def write(self, file: Path) -> None:
        """For this user's eyes only; the file goes when the processes go."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(json.dumps(asdict(self), indent=2) + os.linesep, encoding="utf-8")


def read(file: Path) -> Addresses:
    """What a running `xiangxin up` wrote; FileNotFoundError when nothing runs."""
    return Addresses(**json.loads(file.read_text(encoding="utf-8")))


def servers(file: Path) -> dict[str, str]:
    """Where the servers are of the running `xiangxin up`; empty when nothing runs."""
    try:
        known = read(file)
    except FileNotFoundError:
        return {}
    given = {"AMQP_GUEST": "yes"} if read_uri(known.amqp_uri).user == GUEST else {}
    return {"AMQP_URI": known.amqp_uri, "MONGODB_URI": known.mongodb_uri, **given, **known.admin}


def door(file: Path, service: str) -> str | None:
    """Where a service of the running `xiangxin up` is found; None when nothing runs."""
    try:
        return read(file).door(service)
    except FileNotFoundError:
        return None


@dataclass(frozen=True, kw_only=True)
class Ports:
    """One port per door and per metrics page."""

    doors: Mapping[str, int]
    metrics: Mapping[str, int]


def choose(*, tell: Callable[[str], None], fixed: bool = True) -> Ports:
    """The usual ports; a free one instead of each that is taken, and `tell` by whom.

    Without `fixed` all are free ones, for a run beside another.
    """

    def one(name: str, usual: int) -> int:
        if not fixed:
            return free_port()
        if not is_taken(usual):
            return usual
        chosen = free_port()
        tell(f"{name}: port {usual} is taken by {holder(usual)}; using {chosen}")
        return chosen

    return Ports(
        doors={name: one(name, usual) for name, usual in DOORS.items()},
        metrics={name: one(f"{name} metrics", usual) for name, usual in METRICS.items()},
    )


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
