"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass

from services.volunteers.settings.certificates import CertificateSettings
from services.volunteers.settings.hours import HourSettings
from services.volunteers.settings.register import RegisterSettings


@dataclass(frozen=True, kw_only=True)
class VolunteersSettings(RegisterSettings, HourSettings, CertificateSettings):  # the key is a must
    """Policy values of hours, certificates and the register; the department may change each."""
