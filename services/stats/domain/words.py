"""Figures and times as the department writes them; the exact value stays beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from kernel.clock import SHANGHAI, local_day
from services.stats.domain.figures import Figure

_SCALES = ((100_000_000, "亿"), (10_000, "万"))
NOTHING = "—"
FIGURES: Mapping[str, str] = {  # as the department calls them
    "sessions": "场次", "attendances": "人次", "attendances_onsite": "到场人次",
    "persons": "人数", "minutes": "服务时长（分钟）", "hours": "服务时长（小时）",
    "served_reported": "服务对象人次（统计上报值）", "households": "户", "redemptions": "优惠次数",
    "audience_online": "线上人次", "work_items_done": "清单办结", "work_items_total": "清单总数",
    "categories": "清单大类", "windows": "窗口",
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """`text` and `scale` as read from afar (39.8 万), `exact` for a closer look (397,636)."""

    text: str
    scale: str
    exact: str
    value: Figure

    @property
    def rounded(self) -> bool:
        return bool(self.scale)


def written(value: Figure) -> Written:
    """From ten thousand on in 万, to one decimal; what was never reported is a dash."""
    if value is None:
        return Written(text=NOTHING, scale="", exact="尚未上报", value=None)
    exact = f"{value:,}"
    for size, scale in _SCALES:
        if value >= size:
            tenths = (Decimal(str(value)) / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
            text = f"{tenths:,}".removesuffix(".0")
            return Written(text=text, scale=scale, exact=exact, value=value)
    return Written(text=exact, scale="", exact=exact, value=value)


def month(name: str) -> str:
    """2021-09 → 9月, 2021-01 → 2021年1月, so that a year's turn is seen."""
    number = int(name[5:])
    return f"{name[:4]}年1月" if number == 1 else f"{number}月"


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def clock_time(moment: datetime, *, today: date) -> str:
    """19:30 today, else 9月30日 19:30 (with the year when it is another), in Asia/Shanghai."""
    local = moment.astimezone(SHANGHAI)
    time, on = f"{local:%H:%M}", local_day(moment)
    if on == today:
        return time
    year = "" if on.year == today.year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日 {time}"
