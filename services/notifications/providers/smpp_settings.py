"""Where an operator's message centre is, as whom we bind there, and whether within TLS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kernel.parse import ADDRESS, DIRECTORY, DURATION, WORD, YES_OR_NO
from kernel.settings import VaultSettings, setting
from services.notifications.providers.smpp_tls import BadAuthorities, trusting

if TYPE_CHECKING:  # each is imported where it sends (N-30)
    from services.notifications.providers.smpp_link import SmppAccess


@dataclass(frozen=True, kw_only=True)
class SmppSettings(VaultSettings):
    """The message centre's part of the environment."""

    smpp_address: tuple[str, int] = setting(
        "SMPP_ADDRESS", default=("127.0.0.1", 2775), parse=ADDRESS,
        meaning="the operator's message centre",
    )
    smpp_tls: bool = setting(
        "SMPP_TLS", default=False, parse=YES_OR_NO,
        meaning="whether the connection to it is within TLS, its certificate verified",
    )
    smpp_ca_file: Path | None = setting(  # noqa: RUF009
        "SMPP_CA_FILE", default=None, parse=DIRECTORY,
        meaning="certificates (PEM) of the authorities that vouch for it; the system's without",
    )
    smpp_system_id: str = setting("SMPP_SYSTEM_ID", default="", meaning="as whom we bind there")
    smpp_password: str = setting(
        "SMPP_PASSWORD", default="", secret=True, meaning="and with which password"
    )
    smpp_sender: str = setting(
        "SMPP_SENDER", default="", meaning="the number that messages come from"
    )
    smpp_prefix: str = setting(
        "SMPP_PREFIX", default="", parse=WORD,
        meaning="stands before every number, as the centre wants it: 86, or nothing",
    )
    smpp_enquire: float = setting(
        "SMPP_ENQUIRE", default=15.0, parse=DURATION,
        meaning="after so much silence the connection is tested",
    )

    def smpp_within(self, within: float) -> SmppAccess:
        """The message centre's part; a call takes at most so many seconds. Raises
        BadAuthorities."""
        host, port = self.smpp_address
        from services.notifications.providers.smpp_link import SmppAccess

        return SmppAccess(
            host=host, port=port, system_id=self.smpp_system_id, password=self.smpp_password,
            sender=self.smpp_sender, prefix=self.smpp_prefix, within=within,
            enquire=self.smpp_enquire,
            tls=trusting(self.smpp_ca_file) if self.smpp_tls else None,
        )

    def smpp_faults(self) -> list[str]:
        """What is wrong with it, in words."""
        if not self.smpp_tls:
            return ["SMPP_CA_FILE is of use with SMPP_TLS=yes only"] if self.smpp_ca_file else []
        try:
            trusting(self.smpp_ca_file)
        except BadAuthorities as fault:
            return [f"SMPP_CA_FILE: {fault}"]
        return []
