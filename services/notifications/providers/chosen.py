"""The providers that the settings name, made: the one place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kernel.clock import Clock
from services.notifications.providers.base import Provider
from services.notifications.providers.console import Console
from services.notifications.providers.kannel import Kannel
from services.notifications.providers.settings import ProviderSettings
from services.notifications.store.phone import Phone


def chosen(settings: ProviderSettings, *, phone: Phone,
           clock: Clock) -> dict[str, tuple[Provider, float]]:
    """Each provider of the settings with its weight, by name. Connects to nobody yet."""
    makers: Mapping[str, Callable[[], Provider]] = {
        "console": lambda: Console(phone, clock),
        "kannel": lambda: Kannel(settings.kannel()),
    }
    return {name: (makers[name](), weight) for name, weight in settings.weights().items()}
