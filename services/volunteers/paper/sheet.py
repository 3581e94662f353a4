"""What stands on a certificate (Order 67 Art. 15, C-21): words only, the press sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from urllib.parse import urlencode

import segno

from kernel.clock import SHANGHAI, local_day
from services.volunteers.domain.certificates.certificate import Certificate, Credit

QUIET = 2  # modules of white around; the paper's own white does the rest
CONFIDENTIAL = "保密活动，名称不载明"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The texts of a certificate by their place; `picture` is the QR code as SVG.

    Equal sheets are set as equal bytes: `issued_at` is the only time in them.
    """

    title: str
    serial: str
    issuer: str
    issued_on: str
    issued_at: datetime
    facts: Sequence[tuple[str, str]]
    statement: str
    lines_title: str
    columns: Sequence[str]
    lines: Sequence[Sequence[str]]
    closing: Sequence[str]
    notes: Sequence[str]
    picture: str
    picture_says: str
    code_title: str
    code: str


def sheet_of(certificate: Certificate, *, code: str, verify_url: str) -> Sheet:
    """The certificate in words; the same for the same certificate, whenever it is printed."""
    issuer = certificate.issuer
    issued_on = _day(local_day(certificate.issued_at))
    address = f"{verify_url}?{urlencode({'serial': certificate.serial, 'code': code})}"
    return Sheet(
        title="志愿服务记录证明" if issuer.is_recorder else "志愿服务记录（平台记录）",
        serial=certificate.serial, issuer=issuer.name,
        issued_on=issued_on, issued_at=certificate.issued_at,
        facts=_facts(certificate), statement=_statement(certificate),
        lines_title="志愿服务内容",
        columns=("序号", "日期", "时间", "服务内容", "时长（分钟）"),
        lines=[_line(place, credit) for place, credit in enumerate(certificate.credits, start=1)],
        closing=(f"出具单位（盖章）：{issuer.name}", f"联系方式：{issuer.contact}",
                 f"出具日期：{issued_on}"),
        notes=_notes(certificate, verify_url),
        picture=_qr_code(address), picture_says=f"核验网址二维码：{address}",
        code_title="核验码", code=code,
    )


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    holder, issuer = certificate.holder, certificate.issuer
    told = [
        ("姓名", holder.name),
        ("证件", holder.document),
        ("服务时间", f"{_day(certificate.begins_on)}至{_day(certificate.last)}"),
        ("服务时长", f"{certificate.hours:,} 小时（{certificate.minutes:,} 分钟）"),
        ("记录单位", issuer.recording_unit),
        ("用途", certificate.purpose),
    ]
    return [(label, value) for label, value in told if value]


def _statement(certificate: Certificate) -> str:
    issuer, sessions = certificate.issuer, len({each.session_id for each in certificate.credits})
    amount = f"志愿服务 {sessions:,} 次，服务时长共计 {certificate.hours:,} 小时"
    if issuer.is_recorder:
        unit = issuer.recording_unit
        return f"兹证明上述志愿者在所列期间参加由{unit}记录的{amount}，内容见下表。"
    return f"按平台记录，上述志愿者在所列期间参加{amount}，内容见下表。"


def _notes(certificate: Certificate, verify_url: str) -> list[str]:
    notes = [
        "本件无偿出具，只含本平台有效的服务记录；小时数由分钟相加后一次换算，四舍五入。",
        f"核验：扫描二维码，或在 {verify_url} 输入编号和核验码。记录更正后本件自动失效。",
    ]
    if certificate.issuer.is_recorder:
        return notes
    return ["本件为平台记录，不是志愿服务记录证明。", *notes]


def _line(place: int, credit: Credit) -> tuple[str, ...]:
    starts, ends = (each.astimezone(SHANGHAI) for each in (credit.starts_at, credit.ends_at))
    title = CONFIDENTIAL if credit.confidential else credit.title or ""
    return (str(place), _day(starts.date()), f"{starts:%H:%M}–{ends:%H:%M}", title,
            f"{credit.minutes:,}")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _qr_code(address: str) -> str:
    picture = BytesIO()
    segno.make_qr(address, error="m").save(
        picture, kind="svg", xmldecl=False, border=QUIET, dark="#000", light="#fff",
    )
    return picture.getvalue().decode()
