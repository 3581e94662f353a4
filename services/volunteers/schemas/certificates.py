"""Bodies and queries about certificates, and what is answered; pages read the same by forms."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from kernel.web.fields import Day, PersonName


class Line(fields.String):
    """One line of text without what cannot be seen; never empty."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=longest), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = " ".join(str(super()._deserialize(value, *args, **kwargs)).split())
        if not text.isprintable():
            raise ValidationError("含有不可见字符")
        return text


class CertificateOrder(Schema):
    """Sessions that began on these days (Asia/Shanghai, both included), for what, and the name."""

    first = Day(data_key="from", load_default=None, allow_none=True)
    last = Day(data_key="to", load_default=None, allow_none=True)
    purpose = Line(60, load_default=None, allow_none=True)
    name = PersonName(load_default=None, allow_none=True)

    @validates_schema
    def check_order(self, order: dict[str, Any], **_: Any) -> None:
        if order["first"] and order["last"] and order["first"] > order["last"]:
            raise ValidationError("起始日期晚于截止日期", "to")


class CertificateForm(CertificateOrder):
    """The same from the page, with the key that the form was drawn with."""

    class Meta:
        unknown = EXCLUDE

    key = Line(64, required=True)


class VerifyQuery(Schema):
    """Serial and code, typed or from the QR code."""

    class Meta:
        unknown = EXCLUDE

    serial = fields.String(load_default="", validate=validate.Length(max=64))
    code = fields.String(load_default="", validate=validate.Length(max=64))


class VerifiedAnswer(Schema):
    """All that a stranger learns of a certificate (C-22)."""

    status = fields.String(validate=validate.OneOf(["valid", "superseded", "revoked"]))
    name_masked = fields.String()
    hours = fields.Raw()
    issuer = fields.String()


class RevocationBody(Schema):
    """Why it is taken back; kept sealed, with who did it."""

    reason = Line(500, required=True)


class RevokedAnswer(Schema):
    """The certificate that was taken back."""

    serial = fields.String()
    status = fields.String()


class CertificateAnswer(Schema):
    """A certificate in the list of staff; neither name nor code."""

    serial = fields.String()
    status = fields.String()
    first = fields.Date(data_key="from")
    last = fields.Date(data_key="to")
    minutes = fields.Integer()
    hours = fields.Raw()
    issued_at = fields.DateTime()
    issued_by = fields.String()
    revoked_at = fields.DateTime(allow_none=True)
    revoked_by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
