"""Doors that hold a member's limits against a place, asked without a server around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kernel.rights import EVERYTHING, Rights, Scope
from kernel.web import Call, Refused
from kernel.web.call import Form
from kernel.web.scope import Reach, check_scope, of_all
from ops.doors.listing import Listed, doors


def placed(service: str) -> list[Listed]:
    """The service's doors that find out where a request takes place."""
    return [one for one in doors() if one.service == service and one.door.scope is not None
            and not isinstance(one.door.scope, Reach) and one.door.scope is not of_all]


def is_let_in(one: Listed, service: Any, limits: Scope, values: Mapping[str, Any],
              told: Mapping[str, Any]) -> bool:
    """Whether a member with these limits is; `values` are those of all addresses by name, `told`
    is what bodies, forms and queries say. Raises KeyError for a name in the address that is not
    among the values, and what the door raises for what it does not know."""
    names = re.findall(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", one.door.url)
    call = Call({}, rights=Rights(staff=True, permissions=EVERYTHING, scope=limits), query=told)
    call.body = told if one.door.body else None
    call.form = Form(typed=told, values=told) if one.door.form else None
    try:
        check_scope(one.door.scope, service, call, {name: values[name] for name in names})
    except Refused as refused:
        assert (refused.problem.status, refused.problem.code) == (403, "outside_scope")
        return False
    return True


def only(*, programme: str | None = None, street: str | None = None) -> Scope:
    return Scope(programmes=frozenset({programme} if programme else ()),
                 streets=frozenset({street} if street else ()))
