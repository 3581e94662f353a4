"""The providers that the settings name, made: the one place that knows all of them.

Each is imported where it is made: one that does not send costs nothing at start (N-30).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.clock import Clock, Ids, new_id
from services.notifications.providers.base import Provider
from services.notifications.providers.settings import ProviderSettings
from services.notifications.store.phone import Phone
from services.notifications.templates.codes import Codes

Maker = Callable[["Parts"], Provider]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What providers are made of."""

    settings: ProviderSettings
    signature: str
    codes: Codes
    phone: Phone
    clock: Clock
    ids: Ids


def chosen(settings: ProviderSettings, *, signature: str, codes: Codes, phone: Phone,
           clock: Clock, ids: Ids = new_id) -> dict[str, tuple[Provider, float]]:
    """Each provider of the settings with its weight, by name. Connects to nobody yet."""
    parts = Parts(settings=settings, signature=signature, codes=codes, phone=phone, clock=clock,
                  ids=ids)
    return {name: (MAKERS[name](parts), weight) for name, weight in settings.weights().items()}


def _console(parts: Parts) -> Provider:
    from services.notifications.providers.console import Console

    return Console(parts.phone, parts.clock)


def _kannel(parts: Parts) -> Provider:
    from services.notifications.providers.kannel import Kannel

    return Kannel(parts.settings.kannel())


def _smpp(parts: Parts) -> Provider:
    from services.notifications.providers.smpp import Smpp

    return Smpp(parts.settings.smpp())


def _aliyun(parts: Parts) -> Provider:
    from services.notifications.providers.aliyun import Aliyun

    access = parts.settings.aliyun(parts.signature)
    return Aliyun(access, parts.codes, clock=parts.clock, ids=parts.ids)


def _tencent(parts: Parts) -> Provider:
    from services.notifications.providers.tencent import Tencent

    return Tencent(parts.settings.tencent(parts.signature), parts.codes, clock=parts.clock)


MAKERS: Mapping[str, Maker] = {
    "console": _console, "kannel": _kannel, "smpp": _smpp, "aliyun": _aliyun, "tencent": _tencent,
}
