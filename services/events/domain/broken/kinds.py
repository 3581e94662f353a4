"""Rules of programmes and their kinds: benefit, work list, visit, appointment."""

from __future__ import annotations

from collections.abc import Sequence

from services.events.domain.broken.rule import BrokenRule


class UnknownProgramme(BrokenRule):
    """No programme has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有这个项目：{key}")
        self.key = key


class WrongKind(BrokenRule):
    """The programme is not of the kind that this record needs."""

    def __init__(self, key: str, *, kind: str, needed: str) -> None:
        super().__init__(f"项目 {key} 的类型是 {kind}，这里只收 {needed} 类")
        self.kind, self.needed = kind, needed


class UnknownWindow(BrokenRule):
    """The programme has no such window."""

    def __init__(self, window: str, *, known: Sequence[str]) -> None:
        super().__init__(f"没有这个窗口：{window}")
        self.window = window
        self.errors = {"window": [f"应为其中之一：{'、'.join(known)}"]}


class UnknownOccupation(BrokenRule):
    """The programme is not for this occupation."""

    def __init__(self, occupation: str, *, known: Sequence[str]) -> None:
        super().__init__(f"这个项目不面向：{occupation}")
        self.occupation = occupation
        nobody = "这个项目没有限定对象，不用登记资格"
        allowed = f"应为其中之一：{'、'.join(known)}" if known else nobody
        self.errors = {"occupation": [allowed]}


class UnknownEntitlement(BrokenRule):
    """No entitlement has this id, or it belongs to another programme."""

    def __init__(self, entitlement_id: str) -> None:
        super().__init__("没有这条资格")
        self.entitlement_id = entitlement_id


class NotEntitled(BrokenRule):
    """The person has no entitlement that holds on that local day."""

    def __init__(self, person_ref: str) -> None:
        super().__init__("这个人当天没有有效资格，请先登记资格")
        self.person_ref = person_ref
        self.errors = {"person_ref": ["当天没有有效资格"]}


class DailyLimitReached(BrokenRule):
    """As often on that local day as the programme allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"每人每天最多 {limit} 次，当天已经用完")
        self.limit = limit
        self.errors = {"person_ref": [f"每人每天最多 {limit} 次，当天已经用完"]}


class WindowLimitReached(BrokenRule):
    """As often at this window on that local day as the programme allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"每人每天在同一窗口最多 {limit} 次，当天已经用完")
        self.limit = limit
        self.errors = {"window": [f"每人每天在同一窗口最多 {limit} 次，当天已经用完"]}


class UnknownCategory(BrokenRule):
    """The work list has no such category."""

    def __init__(self, category: str, *, known: Sequence[str]) -> None:
        super().__init__(f"清单没有这个类别：{category}")
        self.category = category
        self.errors = {"category": [f"应为其中之一：{'、'.join(known)}"]}


class UnknownWorkItem(BrokenRule):
    """No item of this work list has this id."""

    def __init__(self, item_id: str) -> None:
        super().__init__("清单里没有这一项")
        self.item_id = item_id


class AlreadyListed(BrokenRule):
    """A new item has the text of one that the work list has already."""

    def __init__(self, item: str) -> None:
        super().__init__("清单里已经有这一项")
        self.item = item
        self.errors = {"item": ["清单里已经有这一项"]}


class EvidenceNeeded(BrokenRule):
    """An item is done only with evidence of it."""

    def __init__(self) -> None:
        super().__init__("办结要写佐证")
        self.errors = {"evidence": ["请写佐证，例如文件名、会议记录编号"]}


class ReasonNeeded(BrokenRule):
    """An item that was done is opened again only with a reason."""

    def __init__(self) -> None:
        super().__init__("重新打开要写原因")
        self.errors = {"reason": ["请写重新打开的原因"]}


class NothingToChange(BrokenRule):
    """The item is already in the state that was asked for."""

    def __init__(self, state: str) -> None:
        super().__init__("这一项已经办结" if state == "done" else "这一项还没有办结")
        self.state = state


class UnknownStation(BrokenRule):
    """The programme has no such station."""

    def __init__(self, station: str, *, known: Sequence[str]) -> None:
        super().__init__(f"没有这个站点：{station}")
        self.station = station
        allowed = f"应为其中之一：{'、'.join(known)}" if known else "项目文件里还没有站点"
        self.errors = {"station": [allowed]}
