"""Which doors would let a caller in, for pages: a way that is shut is not shown."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from kernel.rights import Rights
from kernel.web.access import Allow, lets_in
from kernel.web.scope import of_all


class Ways:
    """The doors of one service's class: by the names of their methods, those for GET by their
    address as well."""

    def __init__(self, owner: type) -> None:
        self._owner = owner

    def may(self, rights: Rights, way: str) -> bool:
        """Whether the door lets them in, as far as can be said before it is known what it is asked
        about; False for a door that the class does not have."""
        rule, scope = self.rules.get(way, (None, None))
        is_shut = rights.scope.limited and scope is of_all
        return rule is not None and lets_in(rule, rights) and not is_shut

    @cached_property
    def rules(self) -> Mapping[str, tuple[Allow, Any]]:
        """Every door's rule, and where it takes place, by name and by address."""
        found: dict[str, tuple[Allow, Any]] = {}
        for name, method in inspect.getmembers(self._owner):
            for entrypoint in getattr(method, "nameko_entrypoints", ()):
                if isinstance(rule := getattr(entrypoint, "allow", None), Allow):
                    found[name] = rule, entrypoint.scope
                    if entrypoint.method == "GET":
                        found[entrypoint.url] = rule, entrypoint.scope
        return found
