"""A registration to its documents and back."""

from __future__ import annotations

from typing import Any

from services.events.domain.registration import Registration

Document = dict[str, Any]


def document_of(registration: Registration) -> Document:
    """As kept; `active` is what the unique index looks at."""
    fields = dict(vars(registration))
    fields["party"], fields["seats"] = list(registration.party), list(registration.seats)
    return {"_id": fields.pop("registration_id"), **fields, "active": registration.is_active}


def registration_of(document: Document) -> Registration:
    """As it was, without what only the store needs."""
    fields = {name: value for name, value in document.items() if name not in ("active", "asked")}
    fields["party"], fields["seats"] = tuple(fields["party"]), tuple(fields["seats"])
    return Registration(registration_id=fields.pop("_id"), **fields)
