"""`xiangxin settings`: every environment variable of every process, from the code that reads it."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.running import settings_class
from kernel.settings import Settings, declared
from ops.grants import AdminSettings
from ops.prepare import SERVICES


def lines() -> Iterator[str]:
    """One line per variable: name, who reads it, allowed, default, meaning."""
    common = [each.variable for each in declared(Settings)]
    yield from _described("all", Settings, leave_out=[])
    yield from _described("prepare", AdminSettings, leave_out=common)
    for service in SERVICES:
        yield from _described(service, settings_class(f"services.{service}"), leave_out=common)


def _described(who: str, cls: type[Settings], *, leave_out: list[str]) -> Iterator[str]:
    for each in declared(cls):
        if each.variable not in leave_out:
            default = "required" if each.required else f"default {each.default!r}"
            secret = ", secret" if each.secret else ""
            limits = f"({each.allowed}; {default}{secret})"
            yield f"{each.variable:<23} {who:<14} {each.meaning} {limits}"
