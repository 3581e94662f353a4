"""Rules of requests, decisions and confirmations that can be broken."""

from __future__ import annotations

from collections.abc import Mapping

from services.volunteers.domain.broken.rule import BrokenRule


class UnknownSession(BrokenRule):
    """Nothing was ever heard of the session."""

    def __init__(self, session_id: str) -> None:
        super().__init__("没有这个场次，请核对场次编号")
        self.session_id = session_id


class SessionDiffers(BrokenRule):
    """A row gives a session's number and another time than that session has."""

    def __init__(self) -> None:
        super().__init__("这个场次编号的时间与本行不同，请核对")


class UnknownEntry(BrokenRule):
    """No such entry in this person's ledger at this session."""

    def __init__(self, entry_id: str) -> None:
        super().__init__("这名志愿者在这个场次没有这条记录")
        self.entry_id = entry_id


class EntryGone(BrokenRule):
    """The entry was reversed meanwhile: what replaced it may be corrected."""

    def __init__(self, entry_id: str) -> None:
        super().__init__("这条记录已被冲销，请选现在有效的记录")
        self.entry_id = entry_id


class AlreadyRecorded(BrokenRule):
    """There is a record of the person at the session: it can be corrected, not added to."""

    def __init__(self) -> None:
        super().__init__("这个场次已有记录，请对该记录申请更正")


class AlreadyOpen(BrokenRule):
    """One open request per person and session."""

    def __init__(self, correction_id: str) -> None:
        super().__init__("这个场次已有一项待审的申请")
        self.correction_id = correction_id


class UnknownCorrection(BrokenRule):
    """No request has this id."""

    def __init__(self, correction_id: str) -> None:
        super().__init__("没有这项申请")
        self.correction_id = correction_id


class UnknownHeld(BrokenRule):
    """No entry that was ever held has this id."""

    def __init__(self, entry_id: str) -> None:
        super().__init__("没有这条待处理的记录")
        self.entry_id = entry_id


class LevelNeeded(BrokenRule):
    """The day waits for the approval of a higher level than the member's (C-09)."""

    def __init__(self, level: str) -> None:
        names = {"parent": "上级组织", "department": "主管部门"}
        super().__init__(f"须由{names[level]}的人员批准")
        self.level = level


class NothingWaits(BrokenRule):
    """No minutes of that person and day wait for this approval, or none was given (C-09)."""

    def __init__(self) -> None:
        super().__init__("当天没有等待这项批准的时长，也没有可撤回的批准")


class ApprovalNeeded(BrokenRule):
    """What is above a day's limit is approved for the day, not confirmed by entry (C-09)."""

    def __init__(self) -> None:
        super().__init__("超出每日上限的时长按天批准，不逐条核实")


class EvidenceNeeded(BrokenRule):
    """A missing record is entered with evidence only (C-20)."""

    def __init__(self) -> None:
        super().__init__("补录须附佐证")


class TitleSaysSupplement(BrokenRule):
    """A record is entered later at the real activity, not at one made for the purpose (C-20)."""

    def __init__(self) -> None:
        super().__init__("活动名称含“补录”的场次不能补录，请补录到实际服务的场次")


class NotServedYet(BrokenRule):
    """Time that is still to come is never credited (C-03)."""

    def __init__(self) -> None:
        super().__init__("所填时段还没有结束")


class OutsideSession(BrokenRule):
    """Only time within the session counts (C-01)."""

    def __init__(self) -> None:
        super().__init__("所填时段须在场次的开始和结束之间")


class SessionOff(BrokenRule):
    """Nothing is credited at a cancelled session (C-03)."""

    def __init__(self) -> None:
        super().__init__("场次已取消，不计时长")


class MoreThanAsked(BrokenRule):
    """A decision grants what was asked for, or less."""

    def __init__(self, minutes: int, *, asked: int) -> None:
        super().__init__(f"{minutes} 分钟超过了申请的 {asked} 分钟")
        self.minutes, self.asked = minutes, asked


class ImportRefused(BrokenRule):
    """Rows of a sheet cannot be entered; `errors` names each by line and column. Nothing of the
    sheet was entered."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"有 {len(errors)} 处须改正，什么都没有导入")
        self.errors = dict(errors)


class UnknownImport(BrokenRule):
    """No sheet was brought in under this number."""

    def __init__(self) -> None:
        super().__init__("没有这次导入")


class PeriodTooLong(BrokenRule):
    """More days than are read at once."""

    def __init__(self, most: int) -> None:
        super().__init__(f"一次最多 {most} 天，请缩短期间")
        self.most = most


class UnknownCursor(BrokenRule):
    """Not a cursor that an export gave."""

    def __init__(self) -> None:
        super().__init__("断点有误：请用上一次导出给出的 next，或留空从头开始")


class TooManyLines(BrokenRule):
    """More lines than one sheet may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"一份表最多 {most} 行，请缩短期间或只选一个项目")
        self.most = most
