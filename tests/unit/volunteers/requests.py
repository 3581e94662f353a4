"""Requests and the people who make and decide them, made short for tests."""

from __future__ import annotations

from typing import Any

from kernel.answers import Answer
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.correction import Wanted
from services.volunteers.domain.spans import Span
from services.volunteers.usecases import App, correcting, lines_of
from services.volunteers.usecases.correcting import Order
from tests.unit.volunteers.builders import at

RESIDENT = Acting()
LI = Acting(actor="li", person_ref="p-li", roles=frozenset({"organisation"}))
WANG = Acting(actor="wang", person_ref="p-wang", roles=frozenset({"department"}))


def span(start: str, end: str) -> Wanted:
    """From and to on the day of the builders."""
    return Wanted(span=Span(at(start), at(end)))


def entry_of(app: App, who: str = "p1") -> str:
    """The first line of the person that counts."""
    return lines_of(app, who)[0].entry_id


def an_order(app: App, **changes: Any) -> Order:
    """A correction of the person's first line to sixty minutes."""
    order: dict[str, Any] = {
        "kind": "correction", "person_ref": "p1", "session_id": "s1",
        "wanted": Wanted(minutes=60), "reason": "提前离开", **changes,
    }
    if order["kind"] == "correction" and "entry_id" not in order:
        order["entry_id"] = entry_of(app, order["person_ref"])
    return Order(**order)


def asked(app: App, by: Acting = RESIDENT, **changes: Any) -> str:
    """The id of a request."""
    made = correcting.ask(app, an_order(app, **changes), by=by)
    assert isinstance(made, dict)
    return str(made["correction_id"])


def decided(app: App, id: str, outcome: Any = "approved", *, by: Acting = WANG,
            **more: Any) -> Answer:
    """The answer to a decision."""
    return correcting.decide(app, id, outcome, reason="已核对", by=by, **more)
