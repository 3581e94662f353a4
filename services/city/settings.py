"""What the service and the caller are told by their environment, beside what the bridge is told."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.settings import VaultSettings
from services.city.host_settings import BridgeSettings


@dataclass(frozen=True, kw_only=True)
class CitySettings(VaultSettings, BridgeSettings):
    """Policy values; the department may change each of them."""
