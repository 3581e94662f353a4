"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

from dataclasses import dataclass

from services.volunteers.settings.certificates import CertificateSettings
from services.volunteers.settings.hours import HourSettings
from services.volunteers.settings.register import RegisterSettings
from services.volunteers.settings.sanity import SanitySettings


@dataclass(frozen=True, kw_only=True)
class VolunteersSettings(  # the key is a must
        RegisterSettings, HourSettings, CertificateSettings, SanitySettings):
    """Policy values of hours, certificates and the register; the department may change each."""
