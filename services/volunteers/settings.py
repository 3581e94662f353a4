"""What this service is told by its environment, beside what every service is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kernel.parse import DIRECTORY, DURATION, VAULT_KEY, WORDS, Parse, number, one_of
from kernel.settings import Settings, setting
from services.volunteers.domain.certificates.certificate import Issuer
from services.volunteers.domain.rules import HourRules
from services.volunteers.schemes import OWN as STARS
from services.volunteers.usecases.certificates.application import Limits
from services.volunteers.usecases.people.register import Policy, Retention

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in text.split(","))
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError(text)
    return keys


KEYS = Parse("keys (small letters, digits, single hyphens) with commas between", _keys)


@dataclass(frozen=True, kw_only=True)
class VolunteersSettings(Settings):
    """Policy values of hours, certificates and the register; the department may change each."""

    vault_key: bytes = setting(
        "VAULT_KEY", secret=True, parse=VAULT_KEY,
        meaning="master key of the encrypted contact fields",
    )
    recording_unit: str = setting(
        "RECORDING_UNIT", default="",
        meaning="who recorded the service (记录单位, C-21); without it no certificate is issued",
    )
    issuer_name: str = setting(
        "ISSUER_NAME", default="",
        meaning="who issues certificates (出具单位); RECORDING_UNIT where it is not given",
    )
    issuer_contact: str = setting(
        "ISSUER_CONTACT", default="",
        meaning="telephone or address of the issuer; without it no certificate is issued (C-21)",
    )
    recorder: str = setting(
        "RECORDER", default="platform", parse=one_of("platform", "department"),
        meaning="department: it has decided that it is the recorder, and papers are called 证明; "
        "platform: they are called 平台记录",
    )
    verify_url: str = setting(
        "VERIFY_URL", default="http://127.0.0.1:8002/verify",
        meaning="the page that the QR code of a certificate leads to, as the public reaches it",
    )
    font_dir: Path = setting(  # noqa: RUF009
        "FONT_DIR", default=Path("/usr/share/fonts"), parse=DIRECTORY,
        meaning="where the fonts of certificates are (Debian: fonts-noto-cjk)",
    )
    font_families: tuple[str, ...] = setting(
        "FONT_FAMILIES",
        default=("Noto Serif CJK SC", "Noto Sans CJK SC", "HanaMinA", "HanaMinB"), parse=WORDS,
        meaning="families of FONT_DIR in this order; the later ones for characters that lack",
    )
    certificate_lines: int = setting(
        "CERTIFICATE_LINES", default=1000, parse=number(1, 10_000),
        meaning="lines of one certificate at most; more are refused, a shorter range is not",
    )
    certificates_per_address: int = setting(
        "CERTIFICATES_PER_ADDRESS", default=30, parse=number(1, 100_000),
        meaning="certificates issued to one address a minute, in each process",
    )
    wrong_names: int = setting(
        "WRONG_NAMES", default=5, parse=number(1, 1000),
        meaning="wrong names for one person from one address in ten minutes, in each process",
    )
    checks_per_address: int = setting(
        "CHECKS_PER_ADDRESS", default=600, parse=number(1, 1_000_000),
        meaning="verifications from one address a minute, in each process (C-22)",
    )
    wrong_checks_per_address: int = setting(
        "WRONG_CHECKS_PER_ADDRESS", default=30, parse=number(1, 100_000),
        meaning="wrong serials or codes from one address in ten minutes, in each process (C-22)",
    )
    stars_dir: Path = setting(  # noqa: RUF009
        "STARS_DIR", default=STARS, parse=DIRECTORY,
        meaning="the schemes of stars, one TOML file per valid_from (C-24)",
    )
    good_grades: tuple[str, ...] = setting(
        "GOOD_GRADES", default=("优秀", "良好"), parse=WORDS,
        meaning="grades that count as good for the quality rule of stars (C-24)",
    )
    daily_minutes: int = setting(
        "DAILY_MINUTES", default=480, parse=number(1, 1440),
        meaning="minutes of one person and day that count without approval (C-09)",
    )
    daily_minutes_approved: int = setting(
        "DAILY_MINUTES_APPROVED", default=720, parse=number(1, 1440),
        meaning="up to how many the parent organisation may approve; more needs the department",
    )
    check_ins_a_day: int = setting(
        "CHECK_INS_A_DAY", default=3, parse=number(1, 50),
        meaning="check-ins of one person at one activity on one day (C-08)",
    )
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

    def issuer(self) -> Issuer:
        """As the domain takes it."""
        return Issuer(
            name=self.issuer_name or self.recording_unit, contact=self.issuer_contact,
            recording_unit=self.recording_unit, is_recorder=self.recorder == "department",
        )

    def limits(self) -> Limits:
        """As the use cases take them."""
        return Limits(
            lines=self.certificate_lines,
            issues_per_address=self.certificates_per_address, wrong_names=self.wrong_names,
            checks_per_address=self.checks_per_address, wrong_checks=self.wrong_checks_per_address,
        )

    def hour_rules(self) -> HourRules:
        """As the domain takes them; the approved limit is never below the free one."""
        return HourRules(
            daily=self.daily_minutes,
            daily_approved=max(self.daily_minutes, self.daily_minutes_approved),
            pairs_a_day=self.check_ins_a_day,
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
