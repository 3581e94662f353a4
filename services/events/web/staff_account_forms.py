"""Forms of the pages where operators keep accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from kernel.rights import ROLES
from services.events.domain.staff_account import Grant

ACTIONS = ("invite", "reset", "sign-out", "close", "open")
_BETWEEN = re.compile(r"[\s,，、;；]+")


class GrantForm(Schema):
    """Roles and limits: `role.desk`, `programme.road-angels` where ticked, streets as text; for a
    new account its name, and the resident that the member is themselves."""

    class Meta:
        unknown = EXCLUDE

    name = fields.String(load_default="")
    person_ref = fields.String(load_default=None, validate=validate.Regexp(r"[A-Za-z0-9_-]{1,64}$"))
    streets = fields.String(load_default="", validate=validate.Length(max=200))


class ActionForm(Schema):
    """What to do with the account."""

    class Meta:
        unknown = EXCLUDE

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))


class DecisionForm(Schema):
    """Yes or no."""

    class Meta:
        unknown = EXCLUDE

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "refuse"]))


def grant_of(typed: Mapping[str, Any], programmes: Iterable[str]) -> Grant:
    """What was ticked, of what there is."""
    return Grant(
        roles=tuple(role for role in ROLES if typed.get(f"role.{role}")),
        programmes=tuple(key for key in programmes if typed.get(f"programme.{key}")),
        streets=tuple(each for each in _BETWEEN.split(str(typed.get("streets", ""))) if each),
    )


def typed_of(grant: Grant) -> dict[str, str]:
    """The form as it is shown for an account."""
    return {
        **{f"role.{each}": "1" for each in grant.roles},
        **{f"programme.{each}": "1" for each in grant.programmes},
        "streets": "、".join(grant.streets),
    }
