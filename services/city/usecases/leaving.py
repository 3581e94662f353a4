"""Leaving the platform: what may go to other systems, looked at twice before it goes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema_rs

from contracts.event import CATALOGUE, json_schema, write
from kernel.envelope import Envelope, parse
from services.city.domain.broken import NotPublic
from services.city.store.feed import Published


def leaving(envelope: Envelope) -> Published:
    """The fact as other systems get it: what its contract declares and nothing beside.

    Raises NotPublic, whose text quotes no value, for a private fact, and for one that says more
    than its contract. Pure; safe to repeat.
    """
    declared = CATALOGUE.get(envelope.type)
    if declared is None or declared.private or envelope.is_sealed:
        raise NotPublic("a fact that is not public came to the bridge")
    fact = envelope.fact()
    if envelope.subject != fact.subject():
        raise NotPublic("its subject is not what its contract says")
    body = replace(envelope, data=write(fact)).to_json()
    _looked_at_again(body)
    return Published(id=envelope.id, key=envelope.type, subject=envelope.subject,
                     source=envelope.source, sequence=envelope.sequence, body=body)


def _looked_at_again(body: str) -> None:
    """The bytes that go out, read anew, against the published schema without room for more."""
    envelope = parse(body)
    if envelope.type not in CATALOGUE or CATALOGUE[envelope.type].private:
        raise NotPublic("a private fact was about to leave")
    if not _validator(envelope.type).is_valid(envelope.data):
        raise NotPublic("it says more or less than its schema")


@cache
def _validator(key: str) -> Any:
    return jsonschema_rs.validator_for(_closed(json_schema(CATALOGUE[key])))


def _closed(schema: Any) -> Any:
    """The schema, but no object may have members that it does not name."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in closed else closed
