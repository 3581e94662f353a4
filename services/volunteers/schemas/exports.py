"""Exports of the ledger as they are asked for and answered."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from kernel.digest import canonical
from kernel.web.fields import Day
from services.volunteers.schemas.hours import Period


class EntriesQuery(Schema):
    """`since` is the `next` of the answer before; left out, from the beginning."""

    class Meta:
        unknown = EXCLUDE

    since = fields.String(load_default="", validate=validate.Length(max=300))
    limit = fields.Integer(load_default=500, validate=validate.Range(min=1, max=1000))


class LinesQuery(Period):
    """Local days of the sessions' starts, both included; of one programme, or of all."""

    first = Day(data_key="from", required=True)
    last = Day(data_key="to", required=True)
    programme = fields.String(load_default=None, validate=validate.Length(min=1, max=64))


class LedgerEntryAnswer(Schema):
    """One entry as its hash covers it, and the hash, so that a receiver can check the chain.
    Persons are references; what names a confidential activity is null (C-30)."""

    entry_id = fields.String()
    person_ref = fields.String()
    number = fields.Integer()
    content = fields.Function(
        lambda entry: json.loads(canonical(vars(entry))),
        metadata={"type": "object", "description": "all that the hash covers, as docs/ledger.md"},
    )
    hash = fields.String()
    previous = fields.String()


class EntriesAnswer(Schema):
    """Entries by person and number; ask again with `next`, at once while not `complete`."""

    entries = fields.List(fields.Nested(LedgerEntryAnswer))
    next = fields.String()
    complete = fields.Boolean()


def asked_lines(query: Any) -> dict[str, Any]:
    """What `counting` takes of it."""
    return {name: query[name] for name in ("first", "last", "programme")}
