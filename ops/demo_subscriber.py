"""The subscriber of a demo: an invented system that may hear every public fact, to try with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from kernel.settings import read
from ops.grants import Admin, AdminSettings
from ops.outsiders import open_outsiders, uri_of
from ops.secrets import outliving
from ops.subscriber import CONNECTIONS, MEGABYTES, opened
from services.city.domain.granting import EVERYTHING
from services.city.usecases import subscribing
from services.city.usecases.replaying import token_hash

FILE = "subscriber.json"
NAME = "demo-exchange"


def made(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Its name, URI, queue and token, the same at each start; empty for a broker where nobody said
    how users are made. Raises ValueError, OSError or amqp's errors."""
    told: Admin = read(AdminSettings, environment)
    if not told.rabbitmq_api:
        return {}
    known = outliving(folder / FILE, {name: secrets.token_urlsafe(24)
                                      for name in ("password", "token")})
    with opened(told, "add") as register, open_outsiders(told) as broker:
        there = register.store.subscribers.of(NAME)
        one = there or subscribing.drafted(
            register, NAME, [EVERYTHING], token=known["token"], most_connections=CONNECTIONS,
            queue_megabytes=MEGABYTES)
        broker.enter(one, known["password"])
        broker.settle(one)
        if there is None:
            subscribing.keep_new(register, one)
        elif there.token_hash != token_hash(known["token"]):  # somebody tried to rotate it
            subscribing.change(register, NAME, token_hash=token_hash(known["token"]))
    return {"name": NAME, "uri": uri_of(told, one, known["password"]), "queue": one.queue,
            "token": known["token"]}
