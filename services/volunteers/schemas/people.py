"""Bodies of the register's doors: who registers, recovers, agrees; what is recorded of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from kernel.web.fields import PSEUDONYM, BirthDate, Pattern, PersonName, Phone
from services.volunteers.domain.people.document import TYPES
from services.volunteers.domain.people.volunteer import Guardian

_PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{15}|\d{17}[\dXx])(?!\d)")
_BETWEEN = re.compile(r"[\r\n、，,；;]+")
KEY = Pattern(r"[a-z0-9]+(-[a-z0-9]+)*", error="小写字母、数字和单个连字符")


class Text(fields.String):
    """Words that go into records and sheets: of this length, without anybody's number (C-30)."""

    def __init__(self, most: int = 200, least: int = 1, **kwargs: Any) -> None:
        length = validate.Length(min=least, max=most, error=f"{least} 到 {most} 个字")
        super().__init__(validate=[length, _no_numbers], **kwargs)


def _no_numbers(written: str) -> None:
    if _PERSONAL.search(written):
        raise ValidationError("不填手机号或证件号码")
    if not written.isprintable():
        raise ValidationError("不含换行和控制字符")


class DocumentBody(Schema):
    """An identity document; the number as people write it (C-33)."""

    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    number = fields.String(required=True, validate=validate.Length(min=1, max=40))


class ContactBody(Schema):
    """A name and a telephone, as they were told together."""

    name = PersonName(required=True)
    phone = Phone(required=True)


class GuardianBody(Schema):
    """A guardian and how their consent was taken: staff fill this in (C-25)."""

    name = PersonName(required=True)
    phone = Phone(required=True)
    relation = Text(most=20, required=True)
    text_version = fields.String(required=True, validate=validate.Length(max=20))
    method = fields.String(required=True, validate=validate.OneOf(["in_person", "signed_form"]))
    evidence = Text(required=True)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Guardian:
        return Guardian(**values)


class RegistrationBody(Schema):
    """Who registers; `consents` are the purposes agreed to by the text of `text_version`."""

    person_ref = fields.String(load_default=None, allow_none=True, validate=PSEUDONYM)
    name = PersonName(required=True)
    phone = Phone(required=True)
    document = fields.Nested(DocumentBody, required=True)
    birth_date = BirthDate(load_default=None, allow_none=True)
    guardian = fields.Nested(GuardianBody, load_default=None, allow_none=True)
    consents = fields.List(fields.String(validate=validate.Length(max=60)), load_default=list,
                           validate=validate.Length(max=30))
    text_version = fields.String(load_default="", validate=validate.Length(max=20))


class RegistrationAnswer(Schema):
    """`code` opens one's own data (header Volunteer-Code); it is told this once."""

    volunteer_no = fields.String()
    person_ref = fields.String(allow_none=True)
    code = fields.String()


class ConsentTexts(Schema):
    """What is read before one agrees; `purposes` by their key."""

    version = fields.String()
    guardian = fields.String()
    purposes = fields.Dict(keys=fields.String(), values=fields.String())


class ConsentBody(Schema):
    """On or off; `version` of the text that was read."""

    purpose = fields.String(required=True, validate=validate.Length(max=60))
    given = fields.Boolean(required=True)
    version = fields.String(required=True, validate=validate.Length(max=20))


class ConsentAnswer(Schema):
    """A toggle as it stands; `text` where toggles are listed."""

    purpose = fields.String()
    given = fields.Boolean()
    version = fields.String(allow_none=True)
    text = fields.String()
    at = fields.AwareDateTime(allow_none=True)


class CorrectionBody(Schema):
    """Another name or telephone; what is not given stays."""

    name = PersonName()
    phone = Phone()


class Corrected(Schema):
    """What was put right."""

    volunteer_no = fields.String()
    corrected = fields.List(fields.String())


class SkillsBody(Schema):
    """What one can do, in one's own words: these and no others."""

    skills = fields.List(Text(most=20), required=True, validate=validate.Length(max=20))


class OneALine(fields.List):
    """Words that somebody wrote one a line, or with commas between."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        parts = [part.strip() for part in _BETWEEN.split(value)]
        try:
            return super()._deserialize([part for part in parts if part], attr, data, **kwargs)
        except ValidationError as wrong:  # names the line by its index, which no page shows
            raise ValidationError(sorted(_reasons(wrong.messages))) from None


def _reasons(messages: Any) -> set[str]:
    parts = messages.values() if isinstance(messages, dict) else [messages]
    return {each for part in parts for each in part}


class SkillsForm(Schema):
    """The same as a page sends it; nothing written is none at all."""

    class Meta:
        unknown = EXCLUDE

    skills = OneALine(Text(most=20), load_default=list,
                      validate=validate.Length(max=20, error="最多 20 项"))


class SkillsAnswer(Schema):
    """As kept."""

    volunteer_no = fields.String()
    skills = fields.List(fields.String())


class ReasonBody(Schema):
    """Why."""

    reason = Text(required=True, least=2)


class GuardianWithdrawalBody(Schema):
    """How a guardian took the consent back, and what shows it."""

    method = fields.String(required=True, validate=validate.OneOf(["in_person", "signed_form"]))
    evidence = Text(required=True)


class StateAnswer(Schema):
    """Where the volunteer's data stand."""

    volunteer_no = fields.String()
    state = fields.String(validate=validate.OneOf(["active", "stopped", "erased"]))


class FindQuery(Schema):
    """Whose number is asked for."""

    person_ref = fields.String(required=True, validate=PSEUDONYM)


class FoundAnswer(Schema):
    """A volunteer without who they are."""

    volunteer_no = fields.String()
    person_refs = fields.List(fields.String())
    state = fields.String(validate=validate.OneOf(["active", "stopped", "erased"]))
    registered_at = fields.AwareDateTime()
    registered_by = fields.String()


class ReadAnswer(Schema):
    """One look at somebody's data."""

    at = fields.AwareDateTime()
    by = fields.String()
    what = fields.String()
    reason = fields.String(allow_none=True)
    ticket = fields.String(allow_none=True)


class LookQuery(Schema):
    """`ticket` opens a minor's data; `reason` is kept with the look."""

    ticket = fields.String(load_default=None, validate=validate.Length(max=64))
    reason = Text(load_default=None, allow_none=True)


def values_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body's values as records keep them: days as ISO text, evidence apart."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in body.items() if name != "evidence"}
