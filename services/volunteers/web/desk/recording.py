"""What staff record of a volunteer beside hours; papers are verified by other eyes (C-03, C-26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from marshmallow import fields, validate
from werkzeug.wrappers import Response

from kernel.answers import Answer
from kernel.pages.once import once_of_typed
from kernel.web import CHECKER, DESK, ORGANISER, VIEWER, Call, door
from kernel.web.scope import of_all
from services.volunteers.domain.people.records import NEEDS_EYES, Kind
from services.volunteers.schemas import records as bodies
from services.volunteers.schemas.people import KEY, ReasonBody, values_of
from services.volunteers.usecases.people import qualifying
from services.volunteers.web.acting import acting_of
from services.volunteers.web.desk.page import OF, DeskForm, DeskPage, typed_of
from services.volunteers.web.record_tables import STANDINGS

EVIDENCE = ("evidence", "依据", "text", "例如：证书编号、签到表页码。不写姓名、手机号和证件号码")
TITLE = ("title", "名称", "text", "")
PERIOD = (("valid_from", "有效期自（可不填）", "date", ""),
          ("valid_until", "有效期至（可不填）", "date", "不填就是长期有效"))


@dataclass(frozen=True)
class Sheet:
    """A kind of record as the form asks for it: `fields` are (name, label, type, hint)."""

    title: str
    note: str
    fields: tuple[tuple[str, str, str, str], ...]


SHEETS: Mapping[str, Sheet] = {
    "qualification": Sheet("登记资格", "由其他人核实后才有效，到期自动失效。", (
        TITLE, ("needs", "资格代码", "text", "岗位要求的代码，小写字母和数字，例如 first-aid"),
        ("issued_by", "出具单位", "text", ""), *PERIOD, EVIDENCE,
    )),
    "insurance": Sheet("登记保险", "由其他人核实后才有效。危险岗位须有有效的保险。", (
        TITLE, ("issued_by", "保险公司", "text", ""), ("reference", "保单号", "text", ""),
        PERIOD[0], ("valid_until", "有效期至", "date", ""), EVIDENCE,
    )),
    "training": Sheet("登记培训", "培训单独记录，不计入服务时长。", (
        TITLE, ("content", "内容（可不填）", "text", ""), ("organiser", "组织者", "text", ""),
        ("held_on", "日期", "date", ""), ("minutes", "时长（分钟）", "number", ""), EVIDENCE,
    )),
    "honour": Sheet("登记表彰奖励", "表彰单独记录，不计入服务时长。", (
        TITLE, ("granted_by", "授予单位", "text", ""), ("granted_on", "授予日期", "date", ""),
        EVIDENCE,
    )),
    "rating": Sheet("登记评价", "对一次服务的评价，星级会用到。", (
        ("session_id", "场次编号", "text", ""), ("grade", "评价", "grade", ""),
        ("note", "说明（可不填）", "text", "不写姓名、手机号和证件号码"),
        ("evidence", "依据（可不填）", "text", ""),
    )),
}


class QualificationForm(DeskForm, bodies.PaperBody):
    """`needs` is the key that a programme's posts ask for."""

    needs = fields.String(required=True, validate=[KEY, validate.Length(max=40)])


class InsuranceForm(DeskForm, bodies.InsuranceBody):
    """An insurance."""


class TrainingForm(DeskForm, bodies.TrainingBody):
    """A training."""


class HonourForm(DeskForm, bodies.HonourBody):
    """A distinction."""


class RatingForm(DeskForm, bodies.RatingBody):
    """A word on the service at a session."""


class VerifyForm(DeskForm, bodies.EvidenceBody):
    """What was seen."""


class WithdrawForm(DeskForm, ReasonBody):
    """Why a record is taken back."""


class RecordPages(DeskPage):
    """One form a kind; what was typed stays when something is wrong."""

    @door("GET", f"{OF}/new/<any({', '.join(SHEETS)}):kind>", allow=DESK, scope=of_all)
    def new_record_page(self, call: Call, volunteer_no: str, kind: str) -> Response:
        """The empty form of the kind."""
        self.register.active(volunteer_no)
        return self.sheet("record_new.html", call, **self._record_asked(volunteer_no, kind))

    @door("POST", f"{OF}/new/qualification", allow=DESK, scope=of_all, form=QualificationForm())
    def new_qualification(self, call: Call, volunteer_no: str) -> Response:
        """Records a qualification."""
        return self._new_record(call, volunteer_no, "qualification")

    @door("POST", f"{OF}/new/insurance", allow=DESK, scope=of_all, form=InsuranceForm())
    def new_insurance(self, call: Call, volunteer_no: str) -> Response:
        """Records an insurance."""
        return self._new_record(call, volunteer_no, "insurance")

    @door("POST", f"{OF}/new/training", allow=ORGANISER, scope=of_all, form=TrainingForm())
    def new_training(self, call: Call, volunteer_no: str) -> Response:
        """Records a training."""
        return self._new_record(call, volunteer_no, "training")

    @door("POST", f"{OF}/new/honour", allow=ORGANISER, scope=of_all, form=HonourForm())
    def new_honour(self, call: Call, volunteer_no: str) -> Response:
        """Records a distinction."""
        return self._new_record(call, volunteer_no, "honour")

    @door("POST", f"{OF}/new/rating", allow=ORGANISER, scope=of_all, form=RatingForm())
    def new_rating(self, call: Call, volunteer_no: str) -> Response:
        """Records a rating."""
        return self._new_record(call, volunteer_no, "rating")

    @door("GET", f"{OF}/records/<string:record_id>", allow=VIEWER, scope=of_all)
    def record_page(self, call: Call, volunteer_no: str, record_id: str) -> Response:
        """A record with what can become of it; of others than papers no more than the kind."""
        return self.sheet("record.html", call, **self._known_record(volunteer_no, record_id))

    @door("POST", f"{OF}/records/<string:record_id>/verification", allow=CHECKER, scope=of_all,
          form=VerifyForm())
    def verify_record_page(self, call: Call, volunteer_no: str, record_id: str) -> Response:
        """Other eyes have seen the paper (C-17)."""
        def verify(values: dict[str, Any]) -> Answer:
            return qualifying.verify(
                self.register, volunteer_no, record_id, **values, acting=acting_of(call),
                once=once_of_typed(f"verify:{record_id}", typed_of(call)))

        return self._change_record(call, volunteer_no, record_id, verify, done="verified")

    @door("POST", f"{OF}/records/<string:record_id>/withdrawal", allow=CHECKER, scope=of_all,
          form=WithdrawForm())
    def withdraw_record_page(self, call: Call, volunteer_no: str, record_id: str) -> Response:
        """Takes a record back; both stay."""
        def withdraw(values: dict[str, Any]) -> Answer:
            return qualifying.withdraw(
                self.register, volunteer_no, record_id, **values, acting=acting_of(call),
                once=once_of_typed(f"withdraw:{record_id}", typed_of(call)))

        return self._change_record(call, volunteer_no, record_id, withdraw, done="withdrawn")

    def _new_record(self, call: Call, volunteer_no: str, kind: Kind) -> Response:
        def record(values: dict[str, Any]) -> Answer:
            if "needs" in values:
                values["key"] = values.pop("needs")
            return qualifying.record(
                self.register, volunteer_no, kind, values_of(values),
                evidence=values["evidence"], acting=acting_of(call),
                once=once_of_typed(f"{kind}:{volunteer_no}", typed_of(call)),
            )

        return self.ordered("record_new.html", call, volunteer_no, record,
                            partial(self._record_asked, volunteer_no, kind),
                            done="paper" if kind in NEEDS_EYES else "recorded")

    def _record_asked(self, volunteer_no: str, kind: str) -> dict[str, Any]:
        asked = SHEETS[kind]
        return {"asked": asked, "kind": kind, "volunteer_no": volunteer_no,
                "grades": [(each, each) for each in self.register.policy.grades],
                "labels": {name: label for name, label, _, _ in asked.fields}}

    def _change_record(self, call: Call, volunteer_no: str, record_id: str,
                       work: Callable[[dict[str, Any]], Answer], *, done: str) -> Response:
        return self.ordered("record.html", call, volunteer_no, work,
                            partial(self._known_record, volunteer_no, record_id), done=done)

    def _known_record(self, volunteer_no: str, record_id: str) -> dict[str, Any]:
        paper = qualifying.record_of(self.register, volunteer_no, record_id)
        kind = paper.known.record.kind
        return {"paper": paper, "asked": SHEETS[kind], "volunteer_no": volunteer_no,
                "standings": STANDINGS, "is_paper": kind in NEEDS_EYES,
                "labels": {"evidence": "看到了什么", "reason": "撤销理由"}}
