"""Identity documents: which there are, what their numbers look like, what they tell (C-33)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from services.volunteers.domain.people.broken import BadDocument

DocumentType = Literal[
    "resident_id", "residence_permit", "passport", "hk_macao_permit", "taiwan_permit",
    "foreign_permanent_resident",
]
TYPES: tuple[DocumentType, ...] = get_args(DocumentType)
TITLES: Mapping[str, str] = {
    "resident_id": "居民身份证", "residence_permit": "港澳台居民居住证", "passport": "护照",
    "hk_macao_permit": "港澳居民来往内地通行证", "taiwan_permit": "台湾居民来往大陆通行证",
    "foreign_permanent_resident": "外国人永久居留身份证",
}
PERMIT_AREAS = ("81", "82", "83")  # 香港、澳门、台湾
_NOISE = re.compile(r"[\s\-\u2010-\u2015]+")
_FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,17}")
_HK_MACAO = re.compile(r"([HM][0-9]{8})([0-9]{2})?")
_TAIWAN = re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?")
_FOREIGN_OLD = re.compile(r"[A-Z]{3}[0-9]{12}")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document as it is kept: one number has one form. `birth_date` where the number tells it."""

    type: DocumentType
    number: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        """What the keyed hash is made of: the same type and number are the same person (C-35)."""
        return f"{self.type}|{self.number}"


def read_document(type: DocumentType, written: str, *, today: date) -> Document:
    """The document behind a number as people write it. Raises BadDocument, never with the number.

    Spaces, hyphens, full-width characters and a small x are accepted. An 18-digit number with area
    81, 82 or 83 is a residence permit whatever it is called. The two digits by which a renewed
    Hong Kong or Macao permit differs are left off: the person is the same.
    """
    number = _NOISE.sub("", written.translate(_FULL_WIDTH)).upper()
    return _READ[type](number, today)


def _citizen(number: str, today: date) -> Document:
    born = _birth_date(number, today)
    is_permit = number.startswith(PERMIT_AREAS)
    return Document(type="residence_permit" if is_permit else "resident_id", number=number,
                    birth_date=born)


def _permit(number: str, today: date) -> Document:
    if not number.startswith(PERMIT_AREAS):
        raise BadDocument("居住证号码以 81、82 或 83 开头")
    return _citizen(number, today)


def _birth_date(number: str, today: date) -> date:
    """Form, check digit, a real day that is not to come. Raises BadDocument.

    The library's own `validate` also asks for a place in its table, which has neither residence
    permits nor every county that was dissolved: so its parts are asked one by one.
    """
    if not _CITIZEN.fullmatch(number):
        raise BadDocument("应为 18 位：17 位数字加 1 位校验码（数字或 X）")
    if ric.calc_check_digit(number) != number[-1]:
        raise BadDocument("校验码不对，请核对号码")
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        raise BadDocument("号码中的出生日期不存在，请核对号码") from None
    if born > today:
        raise BadDocument("号码中的出生日期还没有到，请核对号码")
    return born


def _foreign(number: str, today: date) -> Document:
    """The card of 2023 has 18 digits that begin with 9, the one before 3 letters and 12 digits."""
    if _FOREIGN_OLD.fullmatch(number):
        return Document(type="foreign_permanent_resident", number=number)
    if not number.startswith("9"):
        raise BadDocument("应为 9 开头的 18 位号码，或 3 个字母加 12 位数字")
    return Document(type="foreign_permanent_resident", number=number,
                    birth_date=_birth_date(number, today))


def _hk_macao(number: str, today: date) -> Document:
    found = _HK_MACAO.fullmatch(number)
    if found is None:
        raise BadDocument("应为 H 或 M 加 8 位数字（其后可有 2 位换证次数）")
    return Document(type="hk_macao_permit", number=found[1])


def _taiwan(number: str, today: date) -> Document:
    if not _TAIWAN.fullmatch(number):
        raise BadDocument("应为 8 位数字，或 10 位数字（其后可有 1 个字母）")
    return Document(type="taiwan_permit", number=number)


def _passport(number: str, today: date) -> Document:
    if not _PASSPORT.fullmatch(number):
        raise BadDocument("应为 5 到 17 位字母和数字")
    return Document(type="passport", number=number)


_READ: Mapping[DocumentType, Callable[[str, date], Document]] = {
    "resident_id": _citizen, "residence_permit": _permit, "passport": _passport,
    "hk_macao_permit": _hk_macao, "taiwan_permit": _taiwan,
    "foreign_permanent_resident": _foreign,
}
