"""Invented people: names put together from common parts, telephone numbers of the test range."""

from __future__ import annotations

from dataclasses import dataclass

SURNAMES = "陈林黄张李王吴刘蔡杨许郑谢郭洪邱曾廖赖徐"
GIVEN = (
    "海宁", "小满", "嘉禾", "思远", "若彤", "一帆", "子墨", "雨晴", "文博", "佳宜",
    "志强", "春燕", "俊杰", "美玲", "建国", "淑芬", "浩然", "晓琳", "家明", "静怡",
)
FIRST_PHONE = 13900000000


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who does not exist; the same number gives the same person on every run."""

    name: str
    phone: str

    def body(self) -> dict[str, str]:
        """As the registration door takes a person who signs up for the first time."""
        return {"name": self.name, "phone": self.phone}


def person(number: int) -> Person:
    """The number-th invented person; numbers 0 … 9999 are the test range 1390000xxxx."""
    if not 0 <= number <= 9999:
        raise ValueError(f"person number {number}: only 0 … 9999 are in the test range")
    surname = SURNAMES[number % len(SURNAMES)]
    given = GIVEN[(number // len(SURNAMES)) % len(GIVEN)]
    return Person(name=surname + given, phone=str(FIRST_PHONE + number))
