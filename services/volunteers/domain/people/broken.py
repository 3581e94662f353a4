"""Rules about persons that can be broken; `str()` is a sentence for the person (Chinese)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.volunteers.domain.broken.rule import BrokenRule


class BadField(BrokenRule):
    """One field is at fault; `errors` names it as the door's body does, never with its value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.errors = {field: [reason]}


class BadDocument(BadField):
    """The document's number is not one of its type (C-33)."""

    def __init__(self, reason: str) -> None:
        super().__init__("document.number", reason)


class BirthDateNeeded(BadField):
    """The document does not tell the birth date: without one, nothing goes on (C-25)."""

    def __init__(self) -> None:
        super().__init__("birth_date", "这种证件不含出生日期，请填写")


class BirthDateDiffers(BadField):
    """The birth date given is not that of the document."""

    def __init__(self) -> None:
        super().__init__("birth_date", "与证件上的出生日期不一致")


class ImplausibleAge(BadField):
    """Older than the register's limit: a slip of the pen more likely than a life."""

    def __init__(self, oldest: int) -> None:
        super().__init__("birth_date", f"年龄超过 {oldest} 周岁，请核对证件号码和出生日期")


class GuardianConsentNeeded(BadField):
    """Under fourteen without a guardian's recorded consent: nothing is processed (C-25)."""

    def __init__(self) -> None:
        super().__init__("guardian", "未满十四周岁，须由监护人到窗口同意后，由工作人员登记")


class ConsentNeeded(BadField):
    """The document's number is kept only with a consent of its own (C-27)."""

    def __init__(self) -> None:
        super().__init__("consents", "保存证件号码须单独同意：id_number")


class UnknownPurpose(BadField):
    """There is no such toggle."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__("purpose", f"应为其中之一：{'、'.join(allowed)}")


class OldText(BadField):
    """Somebody agreed to a text that is not the present one."""

    def __init__(self, version: str) -> None:
        super().__init__("version", f"告知文本已经更新，现为 {version}，请重新阅读")


class AlreadyAVolunteer(BrokenRule):
    """The person or the reference is registered: there is a way back, no second account (C-35)."""

    def __init__(self) -> None:
        super().__init__("不能再登记一次。如果是本人，请申请找回：POST /api/volunteers/recoveries")


class UnknownVolunteer(BrokenRule):
    """No such number, or a code that does not open it: the answer is the same."""

    def __init__(self) -> None:
        super().__init__("没有这位志愿者，或口令不对")


class UnknownRecord(BrokenRule):
    """The volunteer has no such record, request or ticket."""

    def __init__(self) -> None:
        super().__init__("没有这条记录")


class NoMatch(BrokenRule):
    """Nobody is registered with the document that the request names: it can only be refused."""

    def __init__(self) -> None:
        super().__init__("没有与该证件对应的志愿者，只能驳回")


class ReferenceUnproven(BrokenRule):
    """Events told no such reference with this name and telephone: nobody takes another's hours."""

    def __init__(self) -> None:
        super().__init__("人员代号与姓名、手机号不符；请检查，或不填代号，或到窗口办理")


class ReferenceTaken(BrokenRule):
    """The reference is somebody else's."""

    def __init__(self) -> None:
        super().__init__("这个人员代号已属于另一位志愿者")


class TicketNeeded(BrokenRule):
    """A minor's data opens only with an approved ticket of the one who reads (C-28)."""

    def __init__(self) -> None:
        super().__init__("未成年人的资料须凭已批准的查阅单查看")


class ProcessingStopped(BrokenRule):
    """The guardian took the consent back, or the person was deleted: nothing is processed."""

    def __init__(self) -> None:
        super().__init__("已停止处理这位志愿者的资料")


class BarredForMinors(BrokenRule):
    """A dangerous post is not for minors (C-26)."""

    def __init__(self) -> None:
        super().__init__("危险岗位的资格不能授予未满十八周岁的人")


class InsuranceNeeded(BrokenRule):
    """A dangerous post needs an insurance that holds (C-26)."""

    def __init__(self, day: date) -> None:
        super().__init__(f"危险岗位须先有 {day:%Y-%m-%d} 有效且已核实的保险记录")
