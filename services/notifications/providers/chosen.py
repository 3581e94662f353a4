"""The providers that the settings name, made: the one place that knows all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kernel.clock import Clock, Ids, new_id
from services.notifications.providers.aliyun import Aliyun
from services.notifications.providers.base import Provider
from services.notifications.providers.console import Console
from services.notifications.providers.kannel import Kannel
from services.notifications.providers.settings import ProviderSettings
from services.notifications.providers.smpp import Smpp
from services.notifications.providers.tencent import Tencent
from services.notifications.store.phone import Phone
from services.notifications.templates.codes import Codes


def chosen(settings: ProviderSettings, *, signature: str, codes: Codes, phone: Phone,
           clock: Clock, ids: Ids = new_id) -> dict[str, tuple[Provider, float]]:
    """Each provider of the settings with its weight, by name. Connects to nobody yet."""
    makers: Mapping[str, Callable[[], Provider]] = {
        "console": lambda: Console(phone, clock),
        "kannel": lambda: Kannel(settings.kannel()),
        "smpp": lambda: Smpp(settings.smpp()),
        "aliyun": lambda: Aliyun(settings.aliyun(signature), codes, clock=clock, ids=ids),
        "tencent": lambda: Tencent(settings.tencent(signature), codes, clock=clock),
    }
    return {name: (makers[name](), weight) for name, weight in settings.weights().items()}
