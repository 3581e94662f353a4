"""Earlier records (以往记录) as a sheet: a row is a person at a session; what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from kernel.clock import SHANGHAI, to_milliseconds
from kernel.sheets import headed
from kernel.web.fields import PSEUDONYM, Day, Moment
from kernel.web.problem import flat
from services.volunteers.domain.imports import Described, Plan, Row, State, Verdict
from services.volunteers.schemas.clock import ClockTime
from services.volunteers.schemas.corrections import NO_NUMBERS, TEXT

COLUMNS: Mapping[str, str] = {
    "人员代号": "person_ref", "志愿者编号": "volunteer_no", "场次编号": "session_id",
    "项目": "programme", "名称": "title", "街道": "street", "日期": "day", "开始": "start",
    "结束": "end", "时长（分钟）": "minutes", "时长（小时）": "hours", "依据": "evidence",
    "记录单位": "unit",
}
HEADING = headed.Heading(columns=COLUMNS, needed=("依据", "记录单位"), what="记录", item="条")
NEXT_DAY = "次日"
_HEADINGS = {field: heading for heading, field in COLUMNS.items()}
_DESCRIBED = ("programme", "title", "street", "day", "start", "end")
NEEDED: dict[str, Any] = {"required": "必填"}


def _words(most: int) -> Any:
    return (validate.Length(min=1, max=most, error=f"最多 {most} 个字"), NO_NUMBERS)


class HoursOfRow(fields.String):
    """Hours with decimals that come to whole minutes, as minutes: 1.5 is 90 (C-02)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:  # type: ignore[override]
        try:
            minutes = Decimal(super()._deserialize(value, *args, **kwargs)) * 60
        except InvalidOperation:
            raise ValidationError("请填小时数，例如 1.5") from None
        if not minutes.is_finite() or not 1 <= minutes <= 1440 or minutes % 1:
            raise ValidationError("须合整分钟、不超过 24 小时；不合整分钟的请改填分钟")
        return int(minutes)


class RowBody(Schema):
    """The cells of one row that are filled in, by the columns' names."""

    person_ref = fields.String(validate=PSEUDONYM)
    volunteer_no = fields.String(validate=PSEUDONYM)
    session_id = fields.String(validate=PSEUDONYM)
    programme = fields.String(validate=[*_words(64)])
    title = fields.String(validate=[*_words(100)])
    street = fields.String(validate=[*_words(40)])
    day = Day(error_messages={"invalid": "请填写日期，例如 2021-06-01"})
    start = ClockTime()
    end = ClockTime()
    ends_next_day = fields.Boolean(load_default=False)
    minutes = fields.Integer(validate=validate.Range(min=1, max=1440, error="1 到 1440 的整数"),
                             error_messages={"invalid": "请填整数分钟"})
    hours = HoursOfRow()
    evidence = fields.String(required=True, validate=[*_words(120)], error_messages=NEEDED)
    unit = fields.String(required=True, validate=[*_words(60)], error_messages=NEEDED)

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _says_who(self, _row: Any, typed: Mapping[str, Any], **_: Any) -> None:
        if ("person_ref" in typed) == ("volunteer_no" in typed):
            raise ValidationError("人员代号和志愿者编号填一个", "person_ref")

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _says_where(self, _row: Any, typed: Mapping[str, Any], **_: Any) -> None:
        missing = [name for name in _DESCRIBED if name not in typed]
        if missing and (len(missing) < len(_DESCRIBED) or "session_id" not in typed):
            words = "、".join(_HEADINGS[name] for name in missing)
            raise ValidationError(f"没有场次编号的须填：{words}", missing[0])

    @validates_schema(skip_on_field_errors=True)
    def _says_how_long(self, row: Mapping[str, Any], **_: Any) -> None:
        given = {row[name] for name in ("minutes", "hours") if name in row}
        if len(given) != 1:
            raise ValidationError("两列时长不一致" if given else "填分钟或小时", "minutes")

    @validates_schema(skip_on_field_errors=True)
    def _ends_later(self, row: Mapping[str, Any], **_: Any) -> None:
        if "day" in row and "end" in row and "start" in row:
            start, end = _times(row)
            if not start < end <= start + timedelta(days=1):
                raise ValidationError("须晚于开始，不超过一天；过了零点的写“次日02:00”", "end")

    @post_load
    def _made(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        described = None
        if "day" in row:
            start, end = _times(row)
            described = Described(programme=row["programme"], title=row["title"],
                                  street=row["street"], starts_at=start, ends_at=end)
        return {
            "described": described, "minutes": row.get("minutes", row.get("hours")),
            **{name: row.get(name) for name in ("person_ref", "volunteer_no", "session_id",
                                                "evidence", "unit")},
        }


_ROW = RowBody()


def rows_of(rows: headed.Rows) -> list[Row]:
    """The rows of a sheet. Raises ValidationError with every fault at once, as `row.17.日期`
    or `columns`, and Unreadable for a sheet that is too large or holds nothing."""
    found: list[Row] = []
    errors: dict[str, list[str]] = {}
    for row in HEADING.rows(rows):
        if row.is_wider:
            errors[f"row.{row.number}"] = ["有一格在表头之外"]
        try:
            found.append(Row(line=row.number, **_ROW.load(_typed(row))))
        except ValidationError as fault:
            told = flat(fault.normalized_messages())
            errors |= {f"row.{row.number}.{_HEADINGS.get(name, name)}": reasons
                       for name, reasons in told}
    if errors:
        raise ValidationError(errors)
    return found


def _typed(row: headed.Row) -> dict[str, Any]:
    typed: dict[str, Any] = {COLUMNS[name]: cell for name, cell in row.cells.items() if cell}
    if "day" in typed:
        typed["day"] = headed.day_as_typed(typed["day"]) or typed["day"]
    if typed.get("end", "").startswith(NEXT_DAY):
        typed |= {"end": typed["end"].removeprefix(NEXT_DAY), "ends_next_day": True}
    return typed


def _times(row: Mapping[str, Any]) -> tuple[datetime, datetime]:
    day: date = row["day"]
    last = day + timedelta(days=1) if row["ends_next_day"] else day
    return _at(day, row["start"]), _at(last, row["end"])


def _at(day: date, clock: time) -> datetime:
    return to_milliseconds(datetime.combine(day, clock, SHANGHAI))


class ImportQuery(Schema):
    """`dry=1` only says what would happen."""

    dry = fields.Boolean(load_default=False)


class RecordAnswer(Schema):
    """A row: new, there already, or other than what is recorded (differs); once it was approved,
    entered, or left for a reason. `counts` minutes count at its session then, `withheld` wait for
    the day's approval, `overlap` count elsewhere."""

    line = fields.Integer()
    state = fields.String(validate=validate.OneOf(get_args(Verdict)))
    minutes = fields.Integer()
    counts = fields.Integer()
    withheld = fields.Integer()
    overlap = fields.Integer()
    reason = fields.String()


class ImportAnswer(Schema):
    """What a sheet comes to; `state` says how far it is, nothing where nothing of it waits.
    `minutes` would count because of it, `faults` by row and column are answered of a rehearsal
    only: otherwise they refuse the sheet."""

    import_id = fields.String()
    state = fields.String(allow_none=True, validate=validate.OneOf(get_args(State)))
    dry = fields.Boolean()
    rows = fields.Integer()
    new = fields.Integer()
    there = fields.Integer()
    differs = fields.Integer()
    minutes = fields.Integer()
    records = fields.List(fields.Nested(RecordAnswer))
    faults = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ImportDecisionBody(Schema):
    """Approved or not, and why (C-17)."""

    approve = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=TEXT)


class ImportDecidedAnswer(Schema):
    """Where the import stands now."""

    import_id = fields.String()
    state = fields.String(validate=validate.OneOf(get_args(State)))


class ProgressAnswer(ImportDecidedAnswer):
    """How far an import is: of `batches`, so many `entered`, which brought `entered_minutes`;
    `left` rows could not be entered, each says why. Who brought it in and who decided, by the
    names of their accounts."""

    rows = fields.Integer()
    new = fields.Integer()
    there = fields.Integer()
    minutes = fields.Integer()
    batches = fields.Integer()
    entered = fields.Integer()
    entered_minutes = fields.Integer()
    left = fields.Integer()
    made_by = fields.String()
    made_at = Moment()
    decided_by = fields.String(allow_none=True)
    decided_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)
    done_at = Moment(allow_none=True)
    records = fields.List(fields.Nested(RecordAnswer))


def shown_plan(plan: Plan) -> dict[str, Any]:
    """The fields of ProgressAnswer but for `records`."""
    return {**vars(plan), "made_by": plan.maker.actor,
            "decided_by": plan.checker.actor if plan.checker else None}
