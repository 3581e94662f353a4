"""Messages in the storm: what residents were sent, and the account of it looked at all the time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from threading import Event, Thread
from typing import Any

from pymongo.database import Database
from pymongo.errors import PyMongoError

from kernel.clock import system_clock
from kernel.mongo import Unavailable
from services.notifications.usecases.watching import account
from tests.rig.account import Account
from tests.unit.notifications.builders import Told, app_on

EVERY = 0.5  # seconds between two looks
EXPLAINED = ("unknown", "unknown_final", "failed", "expired", "suppressed", "held")


class Texts:
    """Looks at N-26's account on a connection of its own from `start` to `stop`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._app = app_on(database, Told(), clock=system_clock)
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self.looks = 0
        self.faults: set[str] = set()  # accounts that did not add up

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(30)

    def added_to(self, told: Account) -> Account:
        """The account of sign-ups, with the text that each of them is to be sent: on the phone
        once, or somebody is told why not; and with every look that found the messages astray."""
        shown = Counter(one["_id"].partition("-")[0] for one in self._database["phone"].find(
            {}, {"_id": 1}))
        effects, parked = Counter(told.effects), set(told.parked)
        for one in self._database["messages"].find({"registration_id": {"$exists": True}}):
            name = _text_of(one["registration_id"])
            if times := shown[one["_id"]]:
                effects[name] += times
            elif one["state"] in EXPLAINED:
                parked.add(name)
        wanted = {_text_of(accepted) for accepted in told.accepted}
        return replace(told, accepted=told.accepted | wanted | self.faults, effects=effects,
                       parked=frozenset(parked), attempted=told.attempted + len(wanted))

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            try:
                found = account(self._app)
            except (Unavailable, PyMongoError):
                continue
            self.looks += 1
            if not found.is_sound:
                self.faults.add(f"a sound account: {found.line()}")


def _text_of(registration_id: str) -> str:
    return f"text for {registration_id}"
