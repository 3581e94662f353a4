"""Which providers send, with which shares, and where and as whom each is reached."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import DURATION, NUMBERS_BY_NAME, Fault, Parse, one_of
from kernel.settings import VaultSettings, setting
from services.notifications.providers.kannel import KannelAccess

PROVIDERS = ("console", "kannel")


def _weights(text: str) -> dict[str, int]:
    weights: dict[str, int] = NUMBERS_BY_NAME(text)
    if unknown := sorted(set(weights) - set(PROVIDERS)):
        raise Fault(f"there is no provider {', '.join(unknown)}")
    if not any(weights.values()):
        raise Fault("no provider has a weight above 0")
    return weights


WEIGHTS = Parse(f"weights by provider, as in kannel=3,console=1; of {', '.join(PROVIDERS)}",
                _weights)


@dataclass(frozen=True, kw_only=True)
class ProviderSettings(VaultSettings):
    """The providers' part of the environment; secrets come from nowhere else."""

    sms_provider: str = setting(
        "SMS_PROVIDER", default="console", parse=one_of(*PROVIDERS),
        meaning="who sends the messages; console shows them on the page /console",
    )
    sms_providers: dict[str, int] | None = setting(  # noqa: RUF009
        "SMS_PROVIDERS", default=None, parse=WEIGHTS,
        meaning="several providers, each with its weight; instead of SMS_PROVIDER",
    )
    sms_call_within: float = setting(
        "SMS_CALL_WITHIN", default=5.0, parse=DURATION,
        meaning="how long a call to the provider may take",
    )
    kannel_url: str = setting(
        "KANNEL_URL", default="http://127.0.0.1:13013/cgi-bin/sendsms",
        meaning="where the gateway takes messages",
    )
    kannel_username: str = setting(
        "KANNEL_USERNAME", default="", meaning="our user at the gateway"
    )
    kannel_password: str = setting(
        "KANNEL_PASSWORD", default="", secret=True, meaning="the user's password"
    )
    kannel_sender: str = setting(
        "KANNEL_SENDER", default="", meaning="the number that messages come from"
    )
    receipts_url: str = setting(
        "RECEIPTS_URL", default="http://127.0.0.1:8003/receipts/kannel",
        meaning="where the gateway brings receipts, as it reaches this service",
    )
    provider_secret: str | None = setting(
        "PROVIDER_SECRET", default=None, secret=True,
        meaning="what providers show at our doors; without it no receipt is taken",
    )

    def weights(self) -> dict[str, int]:
        """The share of each provider that sends."""
        return self.sms_providers or {self.sms_provider: 1}

    def kannel(self) -> KannelAccess:
        """The gateway's part."""
        return KannelAccess(
            url=self.kannel_url, username=self.kannel_username, password=self.kannel_password,
            sender=self.kannel_sender, receipts_url=self.receipts_url,
            receipts_secret=self.provider_secret or "", within=self.sms_call_within,
        )
