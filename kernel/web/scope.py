"""Where a request takes place: programme and street, against where a member of staff may act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from kernel.rights import Scope
from kernel.web.call import Call
from kernel.web.problem import Problem, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The programme's key and the street's name, None for what belongs to none."""

    programme: str | None = None
    street: str | None = None


NOWHERE = Place()
OUTSIDE = Problem(403, "outside_scope")
Resolver = Callable[[Any, Call, Mapping[str, Any]], Iterable[Place]]


class Reach(Enum):
    """What a door without a place says of a member's limits: `WITHIN`, it shows only what lies
    within them; `EVERYWHERE`, they do not matter here (rules.toml says why)."""

    WITHIN = "within"
    EVERYWHERE = "everywhere"


WITHIN, EVERYWHERE = Reach.WITHIN, Reach.EVERYWHERE


def of_all(service: Any, call: Call, values: Mapping[str, Any]) -> Iterable[Place]:
    """What is about everybody at once: for members without limits only."""
    return (NOWHERE,)


def check_scope(scope: Resolver | Reach | None, service: Any, call: Call,
                values: Mapping[str, Any]) -> None:
    """Raises Refused (403 outside_scope) when a member's limits leave out a place that the request
    is about, and what `scope` raises, such as the door's 404.

    A resolver of an id that is secret answers NOWHERE where nothing is known by it, so that what is
    unknown and what lies outside are refused alike. It is asked for members with limits only.
    """
    limits = call.rights.scope
    if not limits.limited or scope is None or isinstance(scope, Reach):
        return
    if not all(is_within(limits, each) for each in scope(service, call, values)):
        raise Refused(OUTSIDE)


def is_within(limits: Scope, place: Place) -> bool:
    """Whether the place lies within the limits."""
    return limits.covers(programme=place.programme, street=place.street)
