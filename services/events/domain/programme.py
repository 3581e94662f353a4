"""A programme (项目) as its file says: what every kind has, and what each kind has of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WINGS = ("强心", "聚心", "安心", "连心")
OWNERS = ("团", "工", "妇", "综合")
KINDS = ("shift", "gathering", "visit", "appointment", "benefit", "course", "worklist")
LEVELS = ("总院", "分院", "驿站", "服务点")
STREETS = ("大鹏", "葵涌", "南澳")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, kw_only=True)
class Window:
    """A service window (窗口) of a benefit; `opens` says when in words."""

    key: str
    title: str
    street: str
    address: str = ""
    opens: str = ""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A station takes people each `day` of the week from `since` to `until` (HH:MM, local)."""

    day: str
    since: str
    until: str
    places: int = 1

    @property
    def minutes(self) -> tuple[int, int]:
        """Begin and end in minutes after midnight."""
        return _minutes(self.since), _minutes(self.until)


@dataclass(frozen=True, kw_only=True)
class Station:
    """Where people come by appointment. A slot of `slot_minutes` takes, at each of its `desks`,
    as many people as the opening has `places`."""

    key: str
    title: str
    street: str
    address: str
    slot_minutes: int
    weekly: tuple[Opening, ...]
    level: str = ""
    desks: int = 1


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post of a shift; `needs` is the key of the qualification that who stands there must have,
    as sign-up knows it (`SeatKind.needs`), `needs_title` what it is called."""

    key: str
    title: str
    needs: str = ""
    needs_title: str = ""


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One programme. `wants` says in the department's words what matters about it.

    benefit: `windows`, the occupations that are `entitled`, and how often one person may use it
    on one local day (`per_day`), and at one window (`per_window_per_day`); None: no limit.
    worklist: its `categories`, when only these are allowed. course: the `platform` it runs on.
    appointment: `stations`, and days (`closed_on`, YYYY-MM-DD) beside the public holidays.
    shift: `posts`, and how many a crew has at least (`min_crew`).
    """

    key: str
    title: str
    wing: str
    owner: str
    kind: str
    confidential: bool = False
    counts_households: bool = False
    wants: str = ""
    windows: tuple[Window, ...] = ()
    entitled: tuple[str, ...] = ()
    per_day: int | None = None
    per_window_per_day: int | None = None
    categories: tuple[str, ...] = ()
    platform: str = ""
    stations: tuple[Station, ...] = ()
    closed_on: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    min_crew: int | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Programme:
        """The programme as it was kept, by whatever release: what is absent has its default,
        what nobody knows any more is left out."""
        fields = {field.name for field in dataclasses.fields(cls)} & set(kept)
        told: dict[str, Any] = {name: _frozen(kept[name]) for name in fields}
        told["windows"] = tuple(Window(**each) for each in told.get("windows", ()))
        told["stations"] = tuple(_station(each) for each in told.get("stations", ()))
        told["posts"] = tuple(Post(**each) for each in told.get("posts", ()))
        return cls(**told)

    def document(self) -> dict[str, Any]:
        """As it is kept: lists, texts and numbers."""
        document: dict[str, Any] = _plain(dataclasses.asdict(self))
        return document

    def window(self, key: str) -> Window | None:
        """The window of this key, if there is one."""
        return next((each for each in self.windows if each.key == key), None)

    def station(self, key: str) -> Station | None:
        """The station of this key, if there is one."""
        return next((each for each in self.stations if each.key == key), None)


def _station(kept: Mapping[str, Any]) -> Station:
    return Station(**{**kept, "weekly": tuple(Opening(**each) for each in kept["weekly"])})


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
