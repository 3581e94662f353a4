"""How the text of an environment variable becomes a value, and what is allowed, in words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from kernel.amqp_uri import WrongUri, read_uri


class Fault(ValueError):
    """What is wrong with a text, in words that may be printed: they quote no secret."""


@dataclass(frozen=True)
class Parse:
    """How the text of a variable becomes a value: what is allowed, in words, and how it is read."""

    allowed: str
    read: Callable[[str], Any]

    def __call__(self, text: str) -> Any:
        return self.read(text)


def matching(pattern: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if re.fullmatch(pattern, text):
            return text
        raise ValueError(text)

    return read


def one_of(*values: str) -> Parse:
    """Exactly one of the given words."""
    return Parse(" | ".join(values), matching("|".join(map(re.escape, values))))


def number(least: float = 0, most: float = float("inf")) -> Parse:
    """A whole number within the bounds."""

    def read(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return Parse(f"a whole number from {least:g} to {most:g}", read)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not 0 <= int(port) <= 65535:
        raise ValueError(text)
    return host, int(port)


def _seconds(text: str) -> float:
    if not (match := re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text.strip())):
        raise ValueError(text)
    return float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]


def _durations(text: str) -> tuple[float, ...]:
    return tuple(_seconds(part) for part in text.split(","))


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(","))
    if not all(words) or len(set(words)) != len(words):
        raise ValueError(text)
    return words


def _vault_key(text: str) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in text.strip().split(","):
        name, separator, coded = part.strip().rpartition(":")
        if bool(separator) != bool(re.fullmatch(r"[a-z0-9_]{1,20}", name)) or name in keys:
            raise ValueError("names")
        try:
            keys[name] = base64.b64decode(coded, validate=True)
        except binascii.Error as error:
            raise ValueError("not base64") from error
        if len(keys[name]) != 96:
            raise ValueError(f"{len(keys[name])} bytes")
    return keys


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(key) != 32:
        raise ValueError(f"{len(key)} bytes")
    return key


def _keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key(part) for part in text.split(","))


def _hours(text: str) -> tuple[time, time]:
    start, end = text.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _numbers_by_name(text: str) -> dict[str, int]:
    numbers = {}
    for part in text.split(","):
        if not (match := re.fullmatch(r"([a-z0-9-]+)=(\d{1,6})", part.strip())):
            raise ValueError(text)
        numbers[match[1]] = int(match[2])
    return numbers


def _amqp(text: str) -> str:
    try:
        read_uri(text)
    except WrongUri as fault:
        raise Fault(str(fault)) from None
    return text


def _addresses(text: str) -> dict[str, str]:
    addresses = {}
    for part in text.split(","):
        name, _, address = part.strip().partition("=")
        if not re.fullmatch(r"[a-z]+", name) or not re.fullmatch(_ORIGIN, address):
            raise ValueError(text)
        addresses[name] = address
    return addresses


_ORIGIN = r"https?://[a-z0-9.-]+(:\d{1,5})?"
TEXT = Parse("any text", str)
ADDRESS = Parse("host:port", _address)
DURATION = Parse("a number with ms, s, m, h or d, as in 30s", _seconds)
DURATIONS = Parse("durations with commas between, as in 5s,30s,5m,30m", _durations)
AMQP = Parse("amqp://… or amqps://…, behind a ? cacertfile, certfile and keyfile where TLS needs "
             "them", _amqp)
YES_OR_NO = Parse("yes or no", lambda text: matching("yes|no")(text) == "yes")
# Strict, for what the driver cannot read it quotes in its error: a password with a plain / in it.
_WHO = r"(?:(?:[^\s/?#\[\]@:%]|%[0-9A-Fa-f]{2})+(?::(?:[^\s/?#\[\]@:%]|%[0-9A-Fa-f]{2})*)?@)?"
_WHERE = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
MONGODB = Parse("mongodb://… or mongodb+srv://…, user and password without : / ? # [ ] @ %, which "
                "are written %3A and so on",
                matching(rf"mongodb(?:\+srv)?://{_WHO}{_WHERE}(?:,{_WHERE})*(?:[/?][^@]*)?"))
VAULT_KEY = Parse("the base64 of 96 random bytes; or several with commas between, the newest "
                  "first, all but one with a name before it, as in k2027:…,…", _vault_key)
KEY = Parse("the base64 of 32 bytes, as `xiangxin login-key` makes it", _key)
KEYS = Parse("the base64 of 32 bytes; several with commas between while a key is changed", _keys)
WORDS = Parse("different words with commas between", _words)
DOMAIN = Parse("a domain with a dot inside, as in xiangxin.example.cn",
               matching(r"[a-z0-9-]+(\.[a-z0-9-]+)+"))
DIRECTORY = Parse("a path", Path)
WORD = Parse("lower-case letters, digits, - and _", matching(r"[a-z0-9_-]*"))
HOURS = Parse("two times of day with - between, as in 21:00-08:00", _hours)
ADDRESSES = Parse("names with addresses without a path, as in events=https://events.example.cn,…",
                  _addresses)
NUMBERS_BY_NAME = Parse("names with whole numbers, as in a=100,b-c=150", _numbers_by_name)
