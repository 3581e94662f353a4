"""Settings: the only place that reads the environment, once, at start, all faults together."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kernel.amqp_uri import GUEST, read_uri
from kernel.parse import (
    ADDRESS,
    ADDRESSES,
    AMQP,
    DIRECTORY,
    DOMAIN,
    DURATION,
    DURATIONS,
    KEYS,
    MONGODB,
    VAULT_KEY,
    WORD,
    YES_OR_NO,
    Fault,
    number,
    one_of,
)
from kernel.setting import MISSING, Setting, SettingsFault, setting
from kernel.staff import MEMBERS, Member

S = TypeVar("S", bound="Settings")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every service is told; a service adds its own fields in a subclass."""

    amqp_uri: str = setting(
        "AMQP_URI", secret=True, parse=AMQP, meaning="the broker and its virtual host"
    )
    amqp_guest: bool = setting(
        "AMQP_GUEST", default=False, parse=YES_OR_NO,
        meaning="whether the broker's user guest will do: for a demo and tests only",
    )
    mongodb_uri: str = setting(
        "MONGODB_URI", secret=True, parse=MONGODB, meaning="the database server (replica set)"
    )
    database_prefix: str = setting(
        "DATABASE_PREFIX",
        default="xiangxin_",
        parse=WORD,
        meaning="stands before the service's name in the name of its database",
    )
    bind: tuple[str, int] = setting(
        "BIND", default=("127.0.0.1", 8000), parse=ADDRESS, meaning="where people and pages knock"
    )
    metrics_bind: tuple[str, int] = setting(
        "METRICS_BIND", default=("127.0.0.1", 9100), parse=ADDRESS, meaning="where metrics are read"
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES", default=0, parse=number(0, 10),
        meaning="how many proxies of ours stand before the doors and add to X-Forwarded-For",
    )
    writes_per_address: int = setting(
        "WRITES_PER_ADDRESS", default=3_000, parse=number(1, 1_000_000),
        meaning="orders at open doors from one address a minute, beside what each counts itself",
    )
    staff_token: str | None = setting(
        "STAFF_TOKEN", default=None, secret=True,
        meaning="opens the staff doors to programs that show it, and to browsers in a demo",
    )
    caseworker_token: str | None = setting(
        "CASEWORKER_TOKEN", default=None, secret=True,
        meaning="as STAFF_TOKEN, and opens confidential activities as well",
    )
    staff_tokens: tuple[Member, ...] = setting(
        "STAFF_TOKENS", default=(), secret=True, parse=MEMBERS,
        meaning="the same by name, with roles, so that records say who acted",
    )
    login_public_keys: tuple[bytes, ...] = setting(
        "LOGIN_PUBLIC_KEYS", default=(), parse=KEYS,
        meaning="what logins are checked with; without it nobody who signed in is known",
    )
    cookie_domain: str | None = setting(
        "COOKIE_DOMAIN", default=None, parse=DOMAIN,
        meaning="the domain above all four services' names, so that one sign-in holds at each",
    )
    service_urls: Mapping[str, str] | None = setting(
        "SERVICE_URLS", default=None, parse=ADDRESSES,
        meaning="where browsers find the four services, so that sign-in leads there and back",
    )
    staff_idle: float = setting(
        "STAFF_IDLE", default=7_200.0, parse=DURATION,
        meaning="after how long without a page a browser forgets that staff signed in, 2h",
    )
    token_sign_in: bool = setting(
        "TOKEN_SIGN_IN", default=False, parse=YES_OR_NO,
        meaning="whether browsers may sign in with the tokens above, as in a demo",
    )
    vault_key: Mapping[str, bytes] | None = setting(
        "VAULT_KEY", default=None, secret=True, parse=VAULT_KEY,
        meaning="master key of the encrypted contact fields; several while it is changed",
    )
    role: str = setting(
        "ROLE", default="all", parse=one_of("all", "http", "facts"),
        meaning="which half of the service this process runs",
    )
    log_level: str = setting(
        "LOG_LEVEL",
        default="INFO",
        parse=one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        meaning="the least that is logged",
    )
    retry_rungs: tuple[float, ...] = setting(
        "RETRY_RUNGS",
        default=(5.0, 30.0, 300.0, 1800.0),
        parse=DURATIONS,
        meaning="how long a failing message waits on each rung",
    )
    log_days: int = setting(
        "LOG_DAYS", default=3660, parse=number(1, 36_600),
        meaning="days for which the log keeps public facts, so that figures can be worked out anew",
    )
    log_gigabytes: int = setting(
        "LOG_GIGABYTES", default=50, parse=number(1, 100_000),
        meaning="the most the log takes of the broker's disk; older facts are dropped beyond it",
    )
    assets_dir: Path = setting(  # noqa: RUF009
        "ASSETS_DIR", default=Path(".run/assets"), parse=DIRECTORY,
        meaning="where the front-end packages were put at set-up",
    )

    @property
    def addresses(self) -> Mapping[str, str]:
        """The services' addresses by their names, as far as they are known."""
        return self.service_urls or {}

    def __init_subclass__(cls) -> None:
        cls.__repr__ = Settings.__repr__  # type: ignore[method-assign]

    def between(self) -> list[str]:
        """What is wrong between fields, one sentence each."""
        return self.without_guest("AMQP_URI", self.amqp_uri)

    def without_guest(self, variable: str, uri: str) -> list[str]:
        """A broker's own user `guest` may do everything, so it is no user for a service."""
        if self.amqp_guest or read_uri(uri).user != GUEST:
            return []
        return [f"{variable} comes as the broker's user {GUEST}, who may do everything: give each "
                f"process a user of its own (xiangxin migrate makes them), or set AMQP_GUEST=yes, "
                "which is for a demo and tests"]

    def __repr__(self) -> str:
        """Every field, secrets as stars."""
        shown = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        secret = {field.name for field in dataclasses.fields(self) if field.metadata["secret"]}
        texts = (f"{k}={'***' if k in secret and v else repr(v)}" for k, v in shown.items())
        return f"{type(self).__name__}({', '.join(texts)})"


@dataclass(frozen=True, kw_only=True)
class VaultSettings(Settings):
    """What a service is told that cannot do without its vault."""

    vault_key: Mapping[str, bytes] = setting(
        "VAULT_KEY", secret=True, parse=VAULT_KEY,
        meaning="master key of the encrypted contact fields; several while it is changed",
    )


def declared(cls: type[Settings]) -> list[Setting]:
    """Every setting of the class, in the order of its fields."""
    return [
        Setting(
            field=field.name,
            default=None if field.default is MISSING else field.default,
            required=field.default is MISSING,
            **{name: told for name, told in field.metadata.items() if name != "parse"},
        )
        for field in dataclasses.fields(cls)
    ]


def read(cls: type[S], environ: Mapping[str, str], **overrides: Any) -> S:
    """The settings of a process; overrides are values by field name and win over the environment.

    A secret may be given as a file instead (`VAULT_KEY_FILE`). Raises SettingsFault that names
    every variable that is missing or wrong together with what is allowed; no secret is printed.
    """
    values: dict[str, Any] = dict(overrides)
    faults: list[str] = []
    for field in dataclasses.fields(cls):
        if field.name in overrides:
            continue
        variable, parse = field.metadata["variable"], field.metadata["parse"]
        try:
            text = _text(environ, variable, secret=field.metadata["secret"])
            if text is not None:
                values[field.name] = parse(text)
            elif field.default is MISSING:
                faults.append(f"{variable} is missing (allowed: {field.metadata['allowed']})")
        except OSError as error:
            faults.append(f"{variable}_FILE cannot be read ({error.strerror})")
        except Fault as fault:
            faults.append(f"{variable}: {fault} (allowed: {field.metadata['allowed']})")
        except ValueError:
            faults.append(f"{variable} is not {field.metadata['allowed']}")
    if not faults:
        settings = cls(**values)
        faults = settings.between()
    if faults:
        raise SettingsFault(faults)
    return settings


def _text(environ: Mapping[str, str], variable: str, *, secret: bool) -> str | None:
    """The variable's text; an empty one counts as not given."""
    if environ.get(variable):
        return environ[variable]
    path = environ.get(f"{variable}_FILE") if secret else None
    return Path(path).read_text(encoding="utf-8").strip() if path else None


def crash_at() -> str:
    """CRASH_AT, for tests only: where this process is to die (see kernel/crash.py)."""
    return os.environ.get("CRASH_AT", "")
