"""Who asks and for which days, as use cases take them; for doors and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kernel.web import Call
from services.stats.domain.edition import Signer
from services.stats.domain.figures import Scope
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import today


def signer_of(call: Call) -> Signer:
    """The member of staff who asks."""
    return Signer(actor=call.rights.actor, person_ref=call.rights.person_ref)


def start_of(asked: Mapping[str, Any]) -> date:
    """The first day asked for; without one, that of the year."""
    since: date | None = asked["since"]
    return since or date(asked["as_of"].year, 1, 1)


def scope_of(app: Stats, call: Call) -> Scope:
    """The days and filters a query asks for; without `as_of`, up to today."""
    asked = {name: call.query[name] for name in ("since", "programme", "wing", "street", "owner")
             if name in call.query}
    return Scope(as_of=call.query.get("as_of") or today(app), **asked)
