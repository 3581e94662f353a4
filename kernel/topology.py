"""Exchanges and queues: one catalogue of who hears what (`declaring` makes them)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import contracts  # noqa: F401  (fills the catalogue)
from contracts.event import CATALOGUE, Fact

FACTS = "xiangxin.facts"
PRIVATE = "xiangxin.private"

MARKS = "xiangxin.marks"  # what whoever reads the log tells by where it ends

RUNGS = (5.0, 30.0, 300.0, 1800.0)  # seconds a failing message waits, one after the other


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One reason to consume: a queue, the facts bound to it, how many are taken at a time.

    `ordered`: one consumer of all is given messages at a time and none is put aside for later, so
    that they are worked on as they came; a second one takes over where the first left off.
    """

    queue: str
    facts: tuple[str, ...]
    private: bool = False
    batch: int = 1
    ordered: bool = False

    @property
    def service(self) -> str:
        return self.queue.partition(".")[0]

    @property
    def exchange(self) -> str:
        return PRIVATE if self.private else FACTS

    @property
    def moves(self) -> str:
        """By which exchange messages move between the queues of this service, and to no others:
        whoever may publish to the nameless exchange may put anything into every queue."""
        return f"{self.service}.moves"

    @property
    def parked(self) -> str:
        """Where messages end that need a person; no expiry, no limit."""
        return f"{self.queue}.parked"

    @property
    def suspects(self) -> str:
        """Messages whose consumer died too often; taken one at a time, so that bystanders pass."""
        return f"{self.queue}.suspects"

    def working(self, rungs: Sequence[float]) -> tuple[str, ...]:
        """Every queue of the flow in which a message waits for work."""
        if self.ordered:
            return (self.queue,)
        return (self.queue, self.suspects, *(self.rung(seconds) for seconds in rungs))

    def rung(self, seconds: float) -> str:
        return f"{self.queue}.retry.{length(seconds)}"


def _public_but(*left_out: str) -> tuple[str, ...]:
    return tuple(
        key for key, fact in sorted(CATALOGUE.items()) if not fact.private and key not in left_out
    )


def _flows(*flows: Flow) -> dict[str, Flow]:
    return {flow.queue: flow for flow in flows}


FLOWS: dict[str, Flow] = _flows(
    Flow(
        queue="volunteers.credit-hours",
        facts=(
            "events.scanned_in.v1",
            "events.scanned_out.v1",
            "events.attendance_recorded.v1",
            "events.session_moved.v1",
            "events.session_cancelled.v1",
        ),
        batch=600,
    ),
    Flow(
        queue="volunteers.keep-contacts",
        facts=("events.contact_recorded.v1", "events.contact_forgotten.v1"),
        private=True,
        batch=50,
    ),
    Flow(
        queue="events.keep-qualifications",
        facts=(
            "volunteers.qualification_recorded.v1",
            "volunteers.qualification_expired.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="events.follow-persons",
        facts=(
            "volunteers.person_forgotten.v1",
            "volunteers.account_recovered.v1",
        ),
        private=True,
    ),
    Flow(
        queue="volunteers.watch-duties",
        facts=(
            "events.session_scheduled.v1",
            "events.session_moved.v1",
            "events.session_cancelled.v1",
            "events.session_closed.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="notifications.write-messages",
        facts=(
            "events.signup_confirmed.v1",
            "events.signup_waitlisted.v1",
            "events.signup_promoted.v1",
            "events.signup_cancelled.v1",
            "events.signup_pending.v1",
            "events.seat_offered.v1",
            "events.signup_lapsed.v1",
            "events.signup_moved.v1",
            "events.reminder_due.v1",
            "volunteers.hours_credited.v1",
            "volunteers.hours_held.v1",
            "volunteers.hours_corrected.v1",
            "volunteers.correction_decided.v1",
        ),
        batch=50,
    ),
    Flow(
        queue="notifications.ask-guardians",
        facts=("events.consent_requested.v1",),
        private=True,
    ),
    Flow(
        queue="notifications.send-codes",
        facts=("events.sign_in_code_made.v1",),
        private=True,
    ),
    Flow(
        queue="notifications.keep-contacts",
        facts=(
            "events.contact_recorded.v1",
            "events.contact_forgotten.v1",
            "volunteers.account_recovered.v1",
        ),
        private=True,
    ),
    Flow(
        queue="notifications.keep-consents",
        facts=("volunteers.consent_changed.v1",),
        batch=50,
    ),
    Flow(
        queue="notifications.know-audience",
        facts=(
            "events.session_scheduled.v1",
            "events.session_moved.v1",
            "events.session_cancelled.v1",
            "events.signup_confirmed.v1",
            "events.signup_waitlisted.v1",
            "events.signup_promoted.v1",
            "events.signup_cancelled.v1",
            "events.signup_pending.v1",
            "events.seat_offered.v1",
            "events.signup_lapsed.v1",
        ),
        batch=200,
    ),
    *(
        Flow(queue=f"{service}.keep-accounts", private=True, batch=50,
             facts=("events.account_changed.v1", "events.login_ended.v1"))
        for service in ("volunteers", "notifications", "stats", "city")
    ),
    Flow(
        queue="stats.fold-figures",
        facts=_public_but("events.scanned_in.v1", "events.scanned_out.v1"),
        batch=200,
    ),
    Flow(queue="bridge.copy-facts", facts=_public_but(), batch=200, ordered=True),
)


# By queue: of which one it was an earlier form. `xiangxin topology declare` takes them away.
RETIRED: dict[str, str] = {
    "volunteers.keep-names": "volunteers.keep-contacts",
    "volunteers.know-persons": "volunteers.keep-contacts",
}


@dataclass(frozen=True, kw_only=True)
class Log:
    """A stream that keeps public facts in the order in which the broker took them, for whoever
    works something out anew. It is bound to what a queue wants anyway, and to nothing else: a fact
    that no queue wants is still returned."""

    queue: str
    facts: tuple[str, ...]


LOG = Log(queue="xiangxin.log", facts=FLOWS["stats.fold-figures"].facts)


def exchange_of(fact: type[Fact]) -> str:
    """The exchange that carries the fact: contact details travel apart."""
    return PRIVATE if fact.private else FACTS


def length(seconds: float) -> str:
    """A rung's length as it stands in the queue's name: `5s`, `30m`, `250ms`."""
    milliseconds = round(seconds * 1000)
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"
