"""What certificates and stars are told: who issues, fonts, limits, schemes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kernel.parse import DIRECTORY, WORDS, number, one_of
from kernel.settings import Settings, setting
from services.volunteers.domain.certificates.certificate import Issuer
from services.volunteers.schemes import OWN as STARS
from services.volunteers.usecases.certificates.application import Limits


@dataclass(frozen=True, kw_only=True)
class CertificateSettings(Settings):
    """Policy values of certificates and stars; the department may change each of them."""

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
