"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta

from kernel.parse import DURATION, HOURS, KEY, Parse, number
from kernel.rights import ROLES
from kernel.settings import VaultSettings, setting
from services.events.domain.attendance import DeskRules
from services.events.domain.no_show import NoShowRules
from services.events.domain.terms import OfferHours
from services.events.usecases.application import RetentionRules

_ISSUER = re.compile(r"https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?")


def _issuer(text: str) -> str:
    if not _ISSUER.fullmatch(text):
        raise ValueError(text)
    return text


def _roles(text: str) -> dict[str, str]:
    roles = {}
    for part in text.split(","):
        theirs, _, ours = part.strip().rpartition("=")
        if not theirs or ours not in ROLES:
            raise ValueError(text)
        roles[theirs] = ours
    return roles


ISSUER = Parse("https://… without a query; http only on this machine", _issuer)
ROLES_BY_NAME = Parse(f"theirs=ours with commas between; ours: {' | '.join(ROLES)}", _roles)


@dataclass(frozen=True, kw_only=True)
class EventsSettings(VaultSettings):
    """Policy values of sign-up and desk; the department may change each of them."""

    login_key: bytes | None = setting(
        "LOGIN_KEY", default=None, secret=True, parse=KEY,
        meaning="what logins are signed with; without it nobody can sign in",
    )
    oidc_issuer: str | None = setting(
        "OIDC_ISSUER", default=None, parse=ISSUER,
        meaning="the district's identity provider (OpenID Connect), as it names itself",
    )
    oidc_client_id: str = setting(
        "OIDC_CLIENT_ID", default="xiangxin", meaning="what the provider calls this platform",
    )
    oidc_client_secret: str | None = setting(
        "OIDC_CLIENT_SECRET", default=None, secret=True,
        meaning="how the platform proves itself to the provider",
    )
    oidc_name_claim: str = setting(
        "OIDC_NAME_CLAIM", default="preferred_username",
        meaning="where the provider tells the account's name",
    )
    oidc_role_claim: str = setting(
        "OIDC_ROLE_CLAIM", default="roles", meaning="where the provider tells roles",
    )
    oidc_roles: Mapping[str, str] | None = setting(
        "OIDC_ROLES", default=None, parse=ROLES_BY_NAME,
        meaning="the provider's roles by ours; whom it gives none of them is not let in",
    )
    resident_login: float = setting(
        "RESIDENT_LOGIN", default=30 * 86_400.0, parse=DURATION,
        meaning="how long residents stay signed in on a device, 30d",
    )
    codes_per_address: int = setting(
        "CODES_PER_ADDRESS", default=60, parse=number(1, 100_000),
        meaning="codes by SMS that one address may ask for in an hour, over all processes",
    )
    party_limit: int = setting(
        "PARTY_LIMIT", default=10, parse=number(1, 100),
        meaning="persons in one registration at most",
    )
    desk_opens_before: float = setting(
        "DESK_OPENS_BEFORE", default=1800.0, parse=DURATION,
        meaning="how long before its start a session takes check-ins (C-06)",
    )
    late_after: float = setting(
        "LATE_AFTER", default=900.0, parse=DURATION,
        meaning="how long after the start a check-in counts as late, 迟到 (C-06)",
    )
    check_ins_a_day: int = setting(
        "CHECK_INS_A_DAY", default=3, parse=number(1, 50),
        meaning="check-ins of one person at one activity on one day (C-08)",
    )
    no_show_limit: int = setting(
        "NO_SHOW_LIMIT", default=0, parse=number(0, 100),
        meaning="absences that pause sign-up; 0 records and pauses nobody (C-32)",
    )
    no_show_within: float = setting(
        "NO_SHOW_WITHIN", default=7_776_000.0, parse=DURATION,
        meaning="the time in which so many absences count, 90d",
    )
    no_show_pause: float = setting(
        "NO_SHOW_PAUSE", default=2_592_000.0, parse=DURATION,
        meaning="how long sign-up then pauses, from the end of the last of them, 30d",
    )

    retain_contacts: float = setting(
        "RETAIN_CONTACTS", default=1098 * 86_400.0, parse=DURATION,
        meaning="how long a contact is kept after its person's last session, 1098d (C-31)",
    )
    retain_words: float = setting(
        "RETAIN_WORDS", default=366 * 86_400.0, parse=DURATION,
        meaning="how long after a session words about people, and absences, are kept, 366d (C-31)",
    )
    retain_entitlements: float = setting(
        "RETAIN_ENTITLEMENTS", default=1098 * 86_400.0, parse=DURATION,
        meaning="how long entitlements are kept after they ended, 1098d (C-31)",
    )
    retain_staff: float = setting(
        "RETAIN_STAFF", default=366 * 86_400.0, parse=DURATION,
        meaning="how long a shut account of staff keeps what it signed in with, and requests about "
                "accounts are kept, 366d (C-31)",
    )
    read_ticket_lasts: float = setting(
        "READ_TICKET_LASTS", default=86_400.0, parse=DURATION,
        meaning="how long an approved look at minors' data may be taken (C-28)",
    )
    contact_told_again: float = setting(
        "CONTACT_TOLD_AGAIN", default=20 * 86_400.0, parse=DURATION,
        meaning="a contact last told so long ago is told anew when its person comes back; shorter "
                "than MESSAGES_KEPT of notifications, which forgets numbers (N-23)",
    )
    offer_window: tuple[time, time] = setting(
        "OFFER_HOURS", default=(time(8), time(21)), parse=HOURS,
        meaning="when people in line are offered a place, Asia/Shanghai (R-3)",
    )

    tries_per_person: int = setting(
        "TRIES_PER_PERSON", default=6, parse=number(1, 1000),
        meaning="sign-up tries of one person (name and telephone) a minute, in each process",
    )
    signups_per_address: int = setting(
        "SIGNUPS_PER_ADDRESS", default=300, parse=number(1, 1_000_000),
        meaning="sign-up tries from one address a minute, in each process; not prepared ones",
    )

    @property
    def offer_hours(self) -> OfferHours:
        """As the domain takes them."""
        return OfferHours(opens=self.offer_window[0], closes=self.offer_window[1])

    def desk_rules(self) -> DeskRules:
        """The desk's part, as the domain takes it."""
        return DeskRules(
            opens_before=timedelta(seconds=self.desk_opens_before),
            late_after=timedelta(seconds=self.late_after),
            check_ins_a_day=self.check_ins_a_day,
        )

    def retention_rules(self) -> RetentionRules:
        """How long what is kept, as use cases take it."""
        return RetentionRules(
            contacts=timedelta(seconds=self.retain_contacts),
            words=timedelta(seconds=self.retain_words),
            entitlements=timedelta(seconds=self.retain_entitlements),
            staff=timedelta(seconds=self.retain_staff),
        )

    def no_show_rules(self) -> NoShowRules:
        """What absences lead to, as the domain takes it."""
        return NoShowRules(
            limit=self.no_show_limit,
            within=timedelta(seconds=self.no_show_within),
            pause=timedelta(seconds=self.no_show_pause),
        )
