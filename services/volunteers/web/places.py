"""Where a request takes place: the resolvers by which doors look at a member's limits.

Volunteers, their stars and certificates belong to no programme: those doors are `of_all`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from contracts.session import SessionRef
from kernel.web import Call
from kernel.web.fields import Day
from kernel.web.scope import NOWHERE, Place
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.usecases import lines_of, waiting

Values = Mapping[str, Any]


def of_correction(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The session's that a request is about."""
    try:
        asked = waiting.one_correction(service.app, values["correction_id"])
    except BrokenRule:
        return [NOWHERE]
    return [place_of(asked.correction.session)]


def of_held(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """The session's at which a line is held."""
    try:
        return [place_of(waiting.one_held(service.app, values["entry_id"]).session)]
    except BrokenRule:
        return [NOWHERE]


def of_day(service: Any, call: Call, values: Values) -> Iterable[Place]:
    """Those of all sessions of somebody's day: whoever lets it count lets all of them count."""
    try:
        day = Day().deserialize(values["day"])
    except ValidationError:
        return [NOWHERE]
    lines = lines_of(service.app, values["person_ref"], first=day, last=day)
    return [place_of(each.session) for each in lines] or [NOWHERE]


def place_of(session: SessionRef) -> Place:
    return Place(programme=session.programme, street=session.street)
