"""How certificates are numbered and what opens their verification: serial (编号), code (核验码)."""

from __future__ import annotations

import base64
import re
import unicodedata

from stdnum.iso7064 import mod_11_10

PREFIX = "ZM"
_SERIAL = re.compile(rf"(?:{PREFIX})?(\d{{4}})(\d{{6,12}})(\d)")
_GROUP, _GROUPS = 4, 5
_RFC_4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are read as others
_WRITTEN = str.maketrans(_RFC_4648, _CROCKFORD)
_READ = str.maketrans("ILO", "110")


def serial_of(year: int, number: int) -> str:
    """`ZM2026-000123-7`: year of issue, number within it, check digit (ISO 7064 Mod 11,10).

    The check digit finds every single wrong digit.
    """
    digits = f"{year:04d}{number:06d}"
    return f"{PREFIX}{digits[:4]}-{digits[4:]}-{mod_11_10.calc_check_digit(digits)}"


def read_serial(text: str) -> str | None:
    """The serial as we write it, of one typed with spaces, small or full-width letters.

    None when it cannot be one of ours: of another form, or with a wrong digit.
    """
    match = _SERIAL.fullmatch(_plain(text))
    if match is None or not mod_11_10.is_valid("".join(match.groups())):
        return None
    year, number, check = match.groups()
    return f"{PREFIX}{year}-{number}-{check}"


def code_of(digest: str) -> str:
    """`7K3M-9Q2X-…`: 100 bits of a keyed digest (64 hexadecimal characters) in five groups."""
    letters = base64.b32encode(bytes.fromhex(digest)).decode().translate(_WRITTEN)
    return "-".join(letters[at:at + _GROUP] for at in range(0, _GROUP * _GROUPS, _GROUP))


def read_code(text: str) -> str:
    """The code as we write it, of one typed anyhow; a text that is none stays a wrong code."""
    letters = _plain(text).translate(_READ)
    return "-".join(letters[at:at + _GROUP] for at in range(0, len(letters), _GROUP))


def _plain(text: str) -> str:
    """Capitals and digits only: full-width ones made narrow, spaces and dashes left out."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in narrow if letter.isascii() and letter.isalnum())
