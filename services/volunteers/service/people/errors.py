"""What a refusal of the register looks like at the door: status and code of each broken rule."""

from __future__ import annotations

from kernel.web import Problem
from services.volunteers.domain.people import broken

ERRORS: dict[type[Exception], Problem] = {
    broken.BadDocument: Problem(422, "bad_document", "证件号码有误"),
    broken.BirthDateNeeded: Problem(422, "birth_date_needed", "需要出生日期"),
    broken.BirthDateDiffers: Problem(422, "birth_date_differs", "出生日期不一致"),
    broken.ImplausibleAge: Problem(422, "implausible_age", "请核对出生日期"),
    broken.GuardianConsentNeeded: Problem(422, "guardian_consent_needed", "需要监护人同意"),
    broken.ConsentNeeded: Problem(422, "consent_needed", "需要同意"),
    broken.UnknownPurpose: Problem(422, "unknown_purpose", "没有这个同意项"),
    broken.OldText: Problem(409, "old_text", "告知文本已经更新"),
    broken.BadField: Problem(422, "invalid_input", "填写的内容有误"),
    broken.AlreadyAVolunteer: Problem(409, "already_a_volunteer", "不能再登记一次"),
    broken.UnknownVolunteer: Problem(404, "unknown_volunteer", "没有找到"),
    broken.UnknownRecord: Problem(404, "unknown_record", "没有找到"),
    broken.NoMatch: Problem(409, "no_match", "没有对应的志愿者"),
    broken.ReferenceUnproven: Problem(409, "reference_unproven", "人员代号不符"),
    broken.ReferenceTaken: Problem(409, "reference_taken", "人员代号已被使用"),
    broken.TicketNeeded: Problem(403, "ticket_needed", "需要查阅单"),
    broken.ProcessingStopped: Problem(409, "processing_stopped", "已停止处理"),
    broken.BarredForMinors: Problem(409, "barred_for_minors", "未成年人不能担任"),
    broken.InsuranceNeeded: Problem(409, "insurance_needed", "需要保险"),
}
