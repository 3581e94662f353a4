"""The doors as the services declare them, each with its rule and what else it asks for."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from kernel.web import ANYONE, MACHINES, Door
from kernel.web.problem import TITLES
from kernel.web.scope import EVERYWHERE, WITHIN, Reach
from ops.grants.broker_rights import SERVICES

RULES = Path(__file__).with_name("rules.toml")
SIGN_IN = frozenset({
    "sign_in_page", "sign_in", "sign_out", "sign_in_code_page", "sign_in_code", "sign_out_page",
    "invitation_page", "open_invitation", "set_up_page", "set_up", "provider_page",
    "provider_back_page", "provider_out",
})
STAFF_PLACES = ("/staff", "/api/export")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A door of a service; `told` is what it does, in one sentence of its own.

    `reason` is the key of why it is open to everyone, `asks` are the codes of what it refuses to
    some of those whom its rule lets in, `unbound` why no limits matter at it; `knows_bearers` is
    whether its service knows the tokens of subscribers.
    """

    service: str
    name: str
    door: Door
    told: str
    reason: str | None
    asks: tuple[str, ...]
    unbound: str | None = None
    knows_bearers: bool = False

    @property
    def place(self) -> str:
        """Where it takes place, in one word: what a member's limits are held against."""
        scope = self.door.scope
        if scope is None or isinstance(scope, Reach):
            return "within" if scope is WITHIN else self.unbound or ""
        return str(getattr(scope, "__name__", "")).removeprefix("of_").replace("_", " ")

    @property
    def address(self) -> str:
        """As people write it: the method and the path."""
        return f"{self.door.method} {self.door.url}"


@cache
def rules() -> Mapping[str, Any]:
    """`rules.toml`: reasons, open doors by reason, further rules, and who asks for them."""
    return tomllib.loads(RULES.read_text("utf-8"))


def doors() -> list[Listed]:
    """Every door of every service, by address."""
    return [
        Listed(
            service=service, name=name, door=door, told=told,
            reason=_key(rules()["open"].get(service, {}), name),
            asks=tuple(_keys(rules()["asks"].get(service, {}), name)),
            unbound=_key(rules()["unbound"].get(service, {}), name),
            knows_bearers=hasattr(_http(service), "bearers"),
        )
        for service in SERVICES for name, door, told in _declared(service)
    ]


def faults(listed: list[Listed]) -> Iterator[str]:
    """What is wrong with the rules: one sentence for each door, naming what to do."""
    for one in listed:
        place = f"{one.service} {one.address} ({one.name})"
        if one.door.allow is ANYONE and one.reason is None:
            yield f"{place} is open to everyone: say why in {RULES.name} under open.{one.service}"
        if one.door.allow is not ANYONE and one.reason is not None:
            yield f"{place} is not open, but {RULES.name} says why it were"
        if one.door.allow is ANYONE and one.door.url.startswith(STAFF_PLACES) \
                and one.name not in SIGN_IN and one.reason != "script":
            yield f"{place} lies among the staff's and is open to everyone"
        if one.door.allow in MACHINES and one.door.url.startswith(STAFF_PLACES):
            yield f"{place} lies among the staff's and is a {one.door.allow.value}'s"
        yield from _unplaced(one, place)
    yield from _unknown(listed)
    for service in SERVICES:
        yield from _unasked(service)


def _unplaced(one: Listed, place: str) -> Iterator[str]:
    """What is wrong with where a door of staff takes place."""
    if one.door.allow is ANYONE or one.door.allow in MACHINES:
        return
    if one.door.scope is None:
        yield f"{place} does not say where it takes place: scope=… as in kernel/web/scope.py"
    if one.door.scope is EVERYWHERE and one.unbound is None:
        yield f"{place} heeds no limits: say why in {RULES.name} under unbound.{one.service}"
    if one.door.scope is not EVERYWHERE and one.unbound is not None:
        yield f"{place} heeds limits, but {RULES.name} says why it did not"


def _declared(service: str) -> list[tuple[str, Door, str]]:
    found = [
        (name, entrypoint, _sentence(inspect.getdoc(method) or ""))
        for name, method in inspect.getmembers(_http(service))
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if isinstance(entrypoint, Door)
    ]
    return sorted(found, key=lambda one: (one[1].url, one[1].method))


def _http(service: str) -> type:
    found: type = import_module(f"services.{service}.service").Http
    return found


def _sentence(told: str) -> str:
    """The first one, however many lines it takes."""
    return re.split(r"(?<=\.)\s|\n\n", told, maxsplit=1)[0].replace("\n", " ")


def _key(named: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(_keys(named, name)), None)


def _keys(named: Mapping[str, list[str]], name: str) -> list[str]:
    return [key for key, names in named.items() if name in names]


def _unknown(listed: list[Listed]) -> Iterator[str]:
    """Names and keys in the rules that nothing answers to."""
    there = {(one.service, one.name) for one in listed}
    for part, keys in (("open", rules()["reasons"]), ("asks", rules()["further"]),
                       ("unbound", rules()["everywhere"])):
        for service, named in rules()[part].items():
            for key, names in named.items():
                if key not in keys:
                    yield f"{RULES.name}: {part}.{service}.{key} is not one of {', '.join(keys)}"
                for name in names:
                    if (service, name) not in there:
                        yield f"{RULES.name}: {part}.{service}.{key} names no door: {name}"


def _unasked(service: str) -> Iterator[str]:
    """Refusals of the service's own that no door is said to give, and the other way round."""
    table = import_module(f"services.{service}.service").ERRORS
    given = {problem.code for problem in table.values() if problem.status == 403}
    said = set(rules()["asks"].get(service, {}))
    for code in sorted(given - said):
        yield f"{RULES.name}: asks.{service} does not say which doors refuse with {code}"
    for code in sorted(said - given - set(TITLES)):
        yield f"{RULES.name}: {service} never refuses with {code}"
