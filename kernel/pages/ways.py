"""Which doors would let a caller in, for pages: a way that is shut is not shown."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cached_property

from kernel.rights import Rights
from kernel.web.access import Allow, lets_in


class Ways:
    """The doors of one service's class: by the names of their methods, those for GET by their
    address as well."""

    def __init__(self, owner: type) -> None:
        self._owner = owner

    def may(self, rights: Rights, way: str) -> bool:
        """Whether the door's rule lets them in; False for a door that the class does not have."""
        rule = self.rules.get(way)
        return rule is not None and lets_in(rule, rights)

    @cached_property
    def rules(self) -> Mapping[str, Allow]:
        """Every door's rule, by name and by address."""
        found: dict[str, Allow] = {}
        for name, method in inspect.getmembers(self._owner):
            for entrypoint in getattr(method, "nameko_entrypoints", ()):
                if isinstance(rule := getattr(entrypoint, "allow", None), Allow):
                    found[name] = rule
                    if entrypoint.method == "GET":
                        found[entrypoint.url] = rule
        return found
