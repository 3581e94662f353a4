"""Our stack in the storm: events, relay, the ledger as consumer, and a text for everyone (N-26)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.chaos.stack import Servers
from tests.chaos.texts import Texts
from tests.rig.account import Account
from tests.rig.city import City, new_session, sign_up
from tests.rig.process import Process
from tests.rig.queues import Queues
from tests.rig.uris import declared, through


class Ours:
    """Sign-ups at the public door; what counts is the id of the registration."""

    name = "xiangxin"

    def __init__(self, servers: Servers, *, places: int, folder: Path) -> None:
        self._queues: Queues = declared(servers.broker)
        self._city = City(
            queues=self._queues,
            mongodb_uri=servers.database.uri,
            prefix="chaos_",
            folder=folder,
        )
        self._lines = {
            "AMQP_URI": through(servers.broker_line, servers.broker.uri),
            "MONGODB_URI": through(servers.database_line, servers.database.uri),
        }
        self._places = places
        self._texts = Texts(self._city.database("notifications"))

    def start(self) -> Mapping[str, Process]:
        city = self._city
        city.prepare()
        self._events = city.events(**self._lines).start()
        ledger = city.ledger(**self._lines).start()
        relay = city.relay(**self._lines).start()
        sender = city.service("notifications", QUIET_HOURS="00:00-00:00", **self._lines).start()
        self._texts.start()
        self._session_id = new_session(self._events, places=self._places)
        return {"producer": self._events, "consumer": ledger, "relay": relay, "sender": sender}

    def ask(self, number: int) -> tuple[int, str | None]:
        return sign_up(self._events, self._session_id, number)

    def account(self, attempted: int, accepted: set[str]) -> Account:
        self._city.accepted, self._city.attempted = accepted, attempted
        return self._texts.added_to(self._city.account())

    def close(self) -> None:
        self._texts.stop()
        self._city.close()
