"""Activities in the console: the table, publishing by a form, one activity, cancelling it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import SHANGHAI, local_day, new_id
from kernel.pages import see
from kernel.web import ORGANISER, VIEWER, Call, door
from kernel.web.fields import Day
from kernel.web.problem import flat
from kernel.web.scope import EVERYWHERE, WITHIN
from services.events.domain import broken
from services.events.usecases import activities, looking, programmes
from services.events.web import staff_forms as forms
from services.events.web.places import of_activity, of_new_activity
from services.events.web.staff_pages import DoneQuery, StaffPage
from services.events.web.staff_words import FIELDS, at_fields

PAGE = 50
WITHOUT_SESSIONS = ("visit", "benefit", "worklist")
SAID = {"published": "活动已发布", "cancelled": "活动已取消，所有报名的人会收到短信"}
WHEN = {"coming": "现在和以后", "past": "已经过去", "all": "全部"}


class ActivitiesQuery(Schema):
    """The table's filters; they stand in the address, so that a view can be kept and sent."""

    class Meta:
        unknown = EXCLUDE

    when = fields.String(load_default="coming", validate=validate.OneOf(WHEN))
    programme = fields.String(load_default="")
    street = fields.String(load_default="")
    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)
    words = fields.String(data_key="q", load_default="",
                          validate=validate.Length(max=100, error="最多 100 个字"))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))


class StaffActivityPages(StaffPage):
    """What is on, and publishing it."""

    @door("GET", "/staff/activities", allow=VIEWER, scope=WITHIN, query=ActivitiesQuery())
    def staff_activities(self, call: Call) -> Response:
        """The table of activities with how full they are."""
        query = call.query
        found = self.app.store.activities.matching(
            programme=query["programme"], street=query["street"], words=query["words"],
            **_days(query, self.app.clock()), latest_first=query["when"] == "past",
            limits=call.rights.scope,
            skip=(query["page"] - 1) * PAGE, limit=PAGE + 1,
        )
        listed = activities.with_sessions(self.app, found[:PAGE])
        return self.staff_page(
            "activities.html", call, query=query, rows=looking.with_fill(self.app, listed),
            more=len(found) > PAGE, programmes=programmes.list_programmes(self.app), WHEN=WHEN,
            filtered=any(query[name] for name in ("programme", "street", "words", "first_day",
                                                  "last_day")),
        )

    @door("GET", "/staff/activities/new", allow=ORGANISER, scope=EVERYWHERE)
    def new_activity_page(self, call: Call) -> Response:
        """The form of a new activity."""
        return self._activity_form(call, {**forms.DEFAULTS, "key": new_id()}, rows=[{}])

    @door("POST", "/staff/activities/new", allow=ORGANISER, scope=of_new_activity,
          form=forms.ActivityForm())
    def publish_activity_page(self, call: Call) -> Response:
        """Publishes, or adds dates to the form; shows the form again with what is wrong."""
        form = call.form
        assert form is not None
        if "add" in form.typed:
            return self._activity_form(call, form.typed, rows=[*forms.rows_of(form.typed), {}])
        if "repeat" in form.typed:
            return self._activity_form_repeated(call, form.typed)
        if form.values is None:
            return self._activity_form(call, form.typed, rows=forms.rows_of(form.typed) or [{}],
                              errors=at_fields(form.errors), status=422)
        try:
            once = forms.once_of("publish", form.typed)
            made = activities.publish_activity(self.app, form.values, once=once)
        except broken.UnknownProgramme as unknown:
            return self._activity_form(call, form.typed, rows=forms.rows_of(form.typed),
                              errors={"programme": [str(unknown)]}, status=422)
        return see(f"/staff/activities/{made['activity_id']}?done=published")

    @door("GET", "/staff/activities/<string:activity_id>", allow=VIEWER, scope=of_activity,
          query=DoneQuery())
    def staff_activity(self, call: Call, activity_id: str) -> Response:
        """One activity with its sessions at a glance."""
        listed = activities.one_activity(self.app, activity_id)
        [(_, fill)] = looking.with_fill(self.app, [listed])
        return self.staff_page(
            "activity.html", call, activity=listed.activity, sessions=listed.sessions, fill=fill,
            fills=looking.fills(self.app, listed.sessions),
            programme=self.app.store.programmes.one(listed.activity.programme)["title"],
            said=SAID.get(call.query["done"]),
        )

    def _activity_form_repeated(self, call: Call, typed: Mapping[str, Any]) -> Response:
        rows = forms.rows_of(typed)
        try:
            rows = [*rows, *forms.RepeatForm.rows(typed)]
        except ValidationError as fault:
            errors = at_fields(dict(flat(fault.normalized_messages())))
            return self._activity_form(call, typed, rows=rows or [{}], errors=errors, status=422)
        return self._activity_form(call, typed, rows=rows, added=len(rows))

    def _activity_form(self, call: Call, typed: Mapping[str, Any], *,
                       rows: Sequence[Mapping[str, str]], added: int = 0, status: int = 200,
                       errors: Mapping[str, Sequence[str]] | None = None) -> Response:
        chosen = [
            each for each in programmes.list_programmes(self.app)
            if each["kind"] not in WITHOUT_SESSIONS and reaches(call, each["key"])
        ]
        return self.staff_page(
            "activity_new.html", call, status=status, typed=typed, errors=errors or {}, added=added,
            rows=rows[: forms.MOST_ROWS], most=forms.MOST_ROWS, programmes=chosen,
            labels=_labels(len(rows)),
        )


def reaches(call: Call, programme: str) -> bool:
    """Whether a member's limits leave the programme to them, in some street at least."""
    limits = call.rights.scope.programmes
    return not limits or programme in limits


def _days(query: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The filter's days as moments; days that were chosen win over `when`."""
    first, last = query["first_day"], query["last_day"]
    if first or last:
        return {"since": _midnight(first) if first else None,
                "until": _midnight(last + timedelta(days=1)) if last else None}
    today = _midnight(local_day(now))
    return {"coming": {"since": today}, "past": {"ended_by": now}, "all": {}}[query["when"]]


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _labels(rows: int) -> dict[str, str]:
    called = dict(FIELDS)
    parts = {"date": "日期", "from": "开始", "to": "结束", "capacity": "名额"}
    for number in range(rows):
        for name, label in parts.items():
            called[f"sessions.{number}.{name}"] = f"第 {number + 1} 场{label}"
    return called
