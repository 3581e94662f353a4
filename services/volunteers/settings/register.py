"""What the register of volunteers is told: tries, grades, qualifications, how long things stay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from kernel.parse import DURATION, WORDS, Parse, number
from kernel.settings import VaultSettings, setting
from services.volunteers.usecases.people.register import Policy, Retention

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in text.split(","))
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError(text)
    return keys


KEYS = Parse("keys (small letters, digits, single hyphens) with commas between", _keys)


@dataclass(frozen=True, kw_only=True)
class RegisterSettings(VaultSettings):
    """Policy values of the register; the department may change each of them."""

    registrations_per_address: int = setting(
        "REGISTRATIONS_PER_ADDRESS", default=20, parse=number(1, 100_000),
        meaning="registrations, and ways back asked for, from one address an hour",
    )
    registrations_per_document: int = setting(
        "REGISTRATIONS_PER_DOCUMENT", default=5, parse=number(1, 1000),
        meaning="tries with one document a day",
    )
    oldest_volunteer: int = setting(
        "OLDEST_VOLUNTEER", default=120, parse=number(80, 150),
        meaning="years; who would be older made a slip of the pen",
    )
    read_ticket_lasts: float = setting(
        "READ_TICKET_LASTS", default=86_400.0, parse=DURATION,
        meaning="how long an approved look at a minor's data may be taken (C-28)",
    )
    dangerous_qualifications: tuple[str, ...] = setting(
        "DANGEROUS_QUALIFICATIONS", default=(), parse=KEYS,
        meaning="qualifications of dangerous posts: for adults with an insurance only (C-26)",
    )
    sharing_receivers: tuple[str, ...] = setting(
        "SHARING_RECEIVERS", default=(), parse=KEYS,
        meaning="who records may be shared with, each with a consent of its own (C-27)",
    )
    rating_grades: tuple[str, ...] = setting(
        "RATING_GRADES", default=("优秀", "良好", "合格", "不合格"), parse=WORDS,
        meaning="grades of a volunteer's service at a session, best first",
    )
    retain_requests: float = setting(
        "RETAIN_REQUESTS", default=90 * 86_400.0, parse=DURATION,
        meaning="how long requests for a way back or a look are kept (C-31)",
    )
    retain_reads: float = setting(
        "RETAIN_READS", default=1098 * 86_400.0, parse=DURATION,
        meaning="how long it is kept who looked at whose data (C-31)",
    )
    retain_stopped: float = setting(
        "RETAIN_STOPPED", default=30 * 86_400.0, parse=DURATION,
        meaning="how long an identity is kept after a guardian took the consent back (C-31)",
    )

    def register_policy(self) -> Policy:
        """The values as the register's use cases take them."""
        return Policy(
            registrations_per_address=self.registrations_per_address,
            registrations_per_document=self.registrations_per_document,
            oldest=self.oldest_volunteer, ticket=timedelta(seconds=self.read_ticket_lasts),
            dangerous=frozenset(self.dangerous_qualifications),
            receivers=self.sharing_receivers, grades=self.rating_grades,
            retention=Retention(
                requests=timedelta(seconds=self.retain_requests),
                reads=timedelta(seconds=self.retain_reads),
                stopped=timedelta(seconds=self.retain_stopped),
            ),
        )
