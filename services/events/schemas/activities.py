"""Programmes and activities with their sessions."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from kernel.web.fields import Day, Moment, Pattern
from services.events.domain.terms import Mode, Promotion
from services.events.schemas.fields import REFERENCE, SHORT, STREET

KEY = Pattern(r"[a-z0-9][a-z0-9-]{0,39}", error="小写字母、数字和连字符，最多 40 个")
PLACES = validate.Range(1, 100_000)


def _one_of(words: Any) -> validate.OneOf:
    return validate.OneOf(words, error="可选：{choices}")


def _whole(least: int, most: int, **more: Any) -> fields.Integer:
    allowed = validate.Range(least, most, error=f"{least} 到 {most} 的整数")
    return fields.Integer(strict=True, allow_none=True, validate=allowed, **more)


class PoolBody(Schema):
    """Places that only some kinds of seat draw on."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String(required=True, validate=SHORT)
    capacity = fields.Integer(required=True, strict=True, validate=PLACES)


class SeatBody(Schema):
    """A kind of seat, or a volunteer's post."""

    key = fields.String(required=True, validate=KEY)
    title = fields.String(required=True, validate=SHORT)
    pool = fields.String(allow_none=True, load_default=None, validate=KEY)
    needs = fields.String(allow_none=True, load_default=None, validate=KEY)


class PlacesBody(Schema):
    """Pools and kinds of seat, of a session or of all sessions of an activity."""

    pools = fields.List(fields.Nested(PoolBody), validate=validate.Length(max=20))
    seats = fields.List(fields.Nested(SeatBody), validate=validate.Length(max=50))

    @validates_schema
    def _hold_together(self, body: dict[str, Any], **_: Any) -> None:
        for name in ("pools", "seats"):
            keys = [each["key"] for each in body.get(name, [])]
            if len(set(keys)) < len(keys):
                raise ValidationError("key 不能重复", name)
        pools = {each["key"] for each in body.get("pools", [])}
        unknown = [each["pool"] for each in body.get("seats", [])
                   if each["pool"] is not None and each["pool"] not in pools]
        if unknown:
            raise ValidationError(f"没有这个 pool：{'、'.join(unknown)}", "seats")


class SessionBody(PlacesBody):
    """One date of a new activity."""

    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    capacity = fields.Integer(required=True, strict=True, validate=PLACES)

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        if body["ends_at"] <= body["starts_at"]:
            raise ValidationError("结束时间要晚于开始时间", "ends_at")


class ActivityBody(PlacesBody):
    """A new activity with its sessions; see `domain/terms.py` for what its terms mean."""

    programme = fields.String(required=True, validate=REFERENCE)
    title = fields.String(required=True, validate=SHORT)
    place = fields.String(required=True, validate=SHORT)
    street = fields.String(required=True, validate=STREET)
    sessions = fields.List(
        fields.Nested(SessionBody), required=True, validate=validate.Length(min=1, max=400)
    )
    opens_at = Moment(allow_none=True, load_default=None)
    closes_at = Moment(allow_none=True, load_default=None)
    mode = fields.String(load_default="first-come", validate=_one_of(get_args(Mode)))
    confidential = fields.Boolean(load_default=False)
    has_line = fields.Boolean()
    promotion = fields.String(validate=_one_of(get_args(Promotion)))
    offer_minutes = _whole(5, 7 * 1440)
    line_closes_minutes = _whole(0, 30 * 1440)
    smaller_may_pass = fields.Boolean()
    pending_holds = fields.Boolean()
    decide_hours = _whole(1, 60 * 24)
    consent_hours = _whole(1, 60 * 24)
    min_age = _whole(0, 150)
    max_age = _whole(0, 150)
    series = fields.String(allow_none=True, validate=KEY)
    per_activity = _whole(1, 400)
    per_series = _whole(1, 400)
    per_month = _whole(1, 100)
    walk_in_after = _whole(0, 600)
    min_crew = _whole(1, 1000)

    @validates_schema
    def _in_order(self, body: dict[str, Any], **_: Any) -> None:
        opens_at, closes_at = body["opens_at"], body["closes_at"]
        if opens_at and closes_at and closes_at <= opens_at:
            raise ValidationError("截止时间要晚于开放时间", "closes_at")
        youngest, oldest = body.get("min_age"), body.get("max_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            raise ValidationError("不能小于 min_age", "max_age")
        if body["mode"] == "draw" and closes_at is None:
            raise ValidationError("抽签需要报名截止时间", "closes_at")

    @post_load
    def _same_for_all(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Pools and seats named once hold for every session that names none."""
        shared = {name: body.pop(name) for name in ("pools", "seats") if name in body}
        return {**body, "sessions": [shared | session for session in body["sessions"]]}


class SessionChangeBody(Schema):
    """What is to change of a session; what is left out stays."""

    starts_at = Moment()
    ends_at = Moment()
    place = fields.String(validate=SHORT)
    street = fields.String(validate=STREET)
    capacity = fields.Integer(strict=True, validate=PLACES)
    pools = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True, validate=PLACES))


class SessionChangeAnswer(Schema):
    """`revision` counts the changes of time and place that people were told."""

    session_id = fields.String()
    revision = fields.Integer()


class CancelledAnswer(Schema):
    """What will not take place."""

    activity_id = fields.String()
    session_id = fields.String()
    session_ids = fields.List(fields.String())
    cancelled = fields.Boolean()


class DrawnEntry(Schema):
    """An entry in the order of the draw; its code names nobody."""

    code = fields.String()
    size = fields.Integer()
    status = fields.String()


class DrawAnswer(Schema):
    """The draw as anybody may see it: the hash, then seed, list and order (`domain/draw.py`)."""

    session_id = fields.String()
    seed_sha256 = fields.String()
    closes_at = fields.AwareDateTime()
    drawn_at = fields.AwareDateTime()
    seed = fields.String()
    list_sha256 = fields.String()
    order = fields.List(fields.Nested(DrawnEntry))
    seated = fields.Integer()
    entries = fields.Integer()


class PoolAnswer(PoolBody):
    """A pool with what is left of it."""

    left = fields.Integer()


class SessionAnswer(Schema):
    """A session with its places now."""

    id = fields.String()
    session_id = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    capacity = fields.Integer()
    places_left = fields.Integer()
    waiting = fields.Integer(metadata={"description": "parties in line"})
    closed_at = fields.AwareDateTime(allow_none=True)
    cancelled_at = fields.AwareDateTime(allow_none=True)
    revision = fields.Integer()
    pools = fields.List(fields.Nested(PoolAnswer))
    seats = fields.List(fields.Nested(SeatBody))


class ActivityAnswer(Schema):
    """An activity with its sessions, earliest first."""

    id = fields.String()
    activity_id = fields.String()
    programme = fields.String()
    title = fields.String()
    place = fields.String()
    street = fields.String()
    mode = fields.String()
    confidential = fields.Boolean()
    opens_at = fields.AwareDateTime(allow_none=True)
    closes_at = fields.AwareDateTime(allow_none=True)
    cancelled_at = fields.AwareDateTime(allow_none=True)
    terms = fields.Dict(metadata={"description": "see domain/terms.py"})
    sessions = fields.List(fields.Nested(SessionAnswer))


class ActivityQuery(Schema):
    """Which activities to list; `from` and `to` are inclusive days in Asia/Shanghai."""

    programme = fields.String()
    street = fields.String()
    first_day = Day(data_key="from")
    last_day = Day(data_key="to")


class ProgrammeAnswer(Schema):
    """A programme as the public sees it."""

    key = fields.String()
    title = fields.String()
    wing = fields.String()
    owner = fields.String()
    kind = fields.String()
