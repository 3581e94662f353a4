"""Where a figure is looked at: by the scope that is asked for, against a member's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.web import Call
from kernel.web.scope import Place


def of_scope(service: Any, call: Call, values: Mapping[str, Any]) -> Iterable[Place]:
    """The programme and the street that are asked for."""
    return [Place(programme=call.query.get("programme"), street=call.query.get("street"))]


def sees_all(call: Call) -> bool:
    """Whether the exact figures of every confidential programme are shown: not to a caseworker of
    some programmes or streets, who opens those of theirs one by one."""
    return call.confidential and not call.rights.scope.limited
