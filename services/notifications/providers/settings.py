"""Which providers send, with which shares, and where and as whom each is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from kernel.parse import DURATION, NUMBERS_BY_NAME, Fault, Parse, number, one_of
from kernel.settings import SettingsFault, setting
from services.notifications.domain.routing import Policy
from services.notifications.providers.smpp_settings import SmppSettings

if TYPE_CHECKING:  # each is imported where it sends (N-30)
    from services.notifications.providers.aliyun import AliyunAccess
    from services.notifications.providers.kannel import KannelAccess
    from services.notifications.providers.smpp_link import SmppAccess
    from services.notifications.providers.tencent import TencentAccess

PROVIDERS = ("console", "kannel", "smpp", "aliyun", "tencent")

NEEDED: Mapping[str, tuple[str, ...]] = {
    "aliyun": ("ALIYUN_KEY_ID", "ALIYUN_KEY_SECRET"),
    "smpp": ("SMPP_SYSTEM_ID", "SMPP_PASSWORD"),
    "tencent": ("TENCENT_KEY_ID", "TENCENT_KEY_SECRET", "TENCENT_APP_ID"),
}


def _by_provider(text: str) -> dict[str, int]:
    numbers: dict[str, int] = NUMBERS_BY_NAME(text)
    if unknown := sorted(set(numbers) - set(PROVIDERS)):
        raise Fault(f"there is no provider {', '.join(unknown)}")
    return numbers


def _weights(text: str) -> dict[str, int]:
    weights = _by_provider(text)
    if not any(weights.values()):
        raise Fault("no provider has a weight above 0")
    return weights


def _rates(text: str) -> dict[str, int]:
    rates = _by_provider(text)
    if not all(rates.values()):
        raise Fault("a rate is above 0; to send nothing that way, take it out of SMS_PROVIDERS")
    return rates


RATES = Parse(f"calls per second, as in kannel=50,aliyun=100; of {', '.join(PROVIDERS)}", _rates)
WEIGHTS = Parse(f"weights by provider, as in kannel=3,console=1; of {', '.join(PROVIDERS)}",
                _weights)


@dataclass(frozen=True, kw_only=True)
class ProviderSettings(SmppSettings):
    """The providers' part of the environment; secrets come from nowhere else."""

    sms_provider: str = setting(
        "SMS_PROVIDER", default="console", parse=one_of(*PROVIDERS),
        meaning="who sends the messages; console shows them on the page /console",
    )
    sms_providers: dict[str, int] | None = setting(  # noqa: RUF009
        "SMS_PROVIDERS", default=None, parse=WEIGHTS,
        meaning="several providers, each with its weight; instead of SMS_PROVIDER",
    )
    sms_qps: dict[str, int] | None = setting(  # noqa: RUF009
        "SMS_QPS", default=None, parse=RATES,
        meaning="calls per second to each provider, by all processes together",
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

    aliyun_url: str = setting(
        "ALIYUN_URL", default="https://dysmsapi.aliyuncs.com/",
        meaning="where Aliyun takes messages",
    )
    aliyun_key_id: str = setting("ALIYUN_KEY_ID", default="", meaning="our access key at Aliyun")
    aliyun_key_secret: str = setting(
        "ALIYUN_KEY_SECRET", default="", secret=True, meaning="the secret of that key"
    )
    tencent_url: str = setting(
        "TENCENT_URL", default="https://sms.tencentcloudapi.com/",
        meaning="where Tencent Cloud takes messages",
    )
    tencent_region: str = setting(
        "TENCENT_REGION", default="ap-guangzhou", meaning="the region of our account at Tencent"
    )
    tencent_key_id: str = setting("TENCENT_KEY_ID", default="", meaning="our key at Tencent Cloud")
    tencent_key_secret: str = setting(
        "TENCENT_KEY_SECRET", default="", secret=True, meaning="the secret of that key"
    )
    tencent_app_id: str = setting(
        "TENCENT_APP_ID", default="", meaning="the application (SmsSdkAppId) that sends"
    )
    breaker_window: float = setting(
        "SMS_BREAKER_WINDOW", default=60.0, parse=DURATION,
        meaning="the past in which calls count for and against a provider",
    )
    breaker_failures: int = setting(
        "SMS_BREAKER_FAILURES", default=5, parse=number(1, 10_000),
        meaning="so many failed calls in that time turn messages away from a provider",
    )
    breaker_failing: int = setting(
        "SMS_BREAKER_FAILING", default=50, parse=number(1, 100),
        meaning="if they are at least this part of all calls, in percent",
    )
    breaker_slow: float = setting(
        "SMS_BREAKER_SLOW", default=4.0, parse=DURATION,
        meaning="so does one call in twenty that takes longer; less than SMS_CALL_WITHIN",
    )
    breaker_pause: float = setting(
        "SMS_BREAKER_PAUSE", default=30.0, parse=DURATION,
        meaning="how long nothing leaves that way; twice as long each time soon after",
    )
    breaker_longest_pause: float = setting(
        "SMS_BREAKER_LONGEST_PAUSE", default=600.0, parse=DURATION, meaning="but never longer",
    )
    breaker_probes: int = setting(
        "SMS_BREAKER_PROBES", default=3, parse=number(1, 100),
        meaning="messages, one after the other, that must be answered before it gets more",
    )
    breaker_return: float = setting(
        "SMS_BREAKER_RETURN", default=300.0, parse=DURATION,
        meaning="how long a provider takes to come back to its whole weight",
    )
    receipts_matured: float = setting(
        "SMS_RECEIPTS_MATURED", default=600.0, parse=DURATION,
        meaning="after this time a message should have its last receipt",
    )
    receipts_least: int = setting(
        "SMS_RECEIPTS_LEAST", default=30, parse=number(0, 100),
        meaning="less receipts, in percent of matured messages, turn messages away",
    )

    def __post_init__(self) -> None:
        """Raises SettingsFault for a chosen provider that lacks what it must have."""
        faults = [
            f"{variable} is missing, {provider} is to send"
            for provider, variables in NEEDED.items() if self.weights().get(provider)
            for variable in variables if not getattr(self, variable.lower())
        ] + self.smpp_faults()
        if faults:
            raise SettingsFault(faults)

    def weights(self) -> dict[str, int]:
        """The share of each provider that sends."""
        return self.sms_providers or {self.sms_provider: 1}

    def breakers(self) -> Policy:
        """When a breaker opens, and how a provider comes back."""
        return Policy(
            window=timedelta(seconds=self.breaker_window), failures=self.breaker_failures,
            failing=self.breaker_failing / 100, slow=timedelta(seconds=self.breaker_slow),
            matured=timedelta(seconds=self.receipts_matured), receipts=self.receipts_least / 100,
            pause=timedelta(seconds=self.breaker_pause),
            longest_pause=timedelta(seconds=self.breaker_longest_pause),
            probes=self.breaker_probes, return_within=timedelta(seconds=self.breaker_return),
            probe_within=timedelta(seconds=3 * self.sms_call_within),
        )

    def kannel(self) -> KannelAccess:
        """The gateway's part."""
        from services.notifications.providers.kannel import KannelAccess

        return KannelAccess(
            url=self.kannel_url, username=self.kannel_username, password=self.kannel_password,
            sender=self.kannel_sender, receipts_url=self.receipts_url,
            receipts_secret=self.provider_secret or "", within=self.sms_call_within,
        )

    def smpp(self) -> SmppAccess:
        """The message centre's part."""
        return self.smpp_within(self.sms_call_within)

    def aliyun(self, signature: str) -> AliyunAccess:
        """Aliyun's part; the signature is the one that was filed."""
        from services.notifications.providers.aliyun import AliyunAccess

        return AliyunAccess(
            url=self.aliyun_url, key_id=self.aliyun_key_id, key_secret=self.aliyun_key_secret,
            signature=signature, within=self.sms_call_within,
        )

    def tencent(self, signature: str) -> TencentAccess:
        """Tencent's part; the signature is the one that was filed."""
        from services.notifications.providers.tencent import TencentAccess

        return TencentAccess(
            url=self.tencent_url, key_id=self.tencent_key_id, key_secret=self.tencent_key_secret,
            app_id=self.tencent_app_id, region=self.tencent_region, signature=signature,
            within=self.sms_call_within,
        )
