"""Pages of what is on: by programme, one activity, its sign-up form and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.clock import local_day, new_id
from kernel.group_commit import Overloaded
from kernel.mongo import Unavailable
from kernel.pages import Pages, see, with_time
from kernel.transaction import Once
from kernel.web import ANYONE, Call, door
from kernel.web.call import Form
from services.events.domain import broken
from services.events.usecases import activities, preparing, programmes, series, signing_up
from services.events.usecases.application import Events
from services.events.web import dates, forms, views, wording
from services.events.web.callers import resident_of
from services.events.web.family import at_people, check_own, family_of
from services.events.web.mine_pages import remember

MOST_ROWS = 10
BUSY = "系统正忙。填写的内容都在，请再点一次，不会重复报名"


class HomeQuery(Schema):
    """Which activities to show."""

    class Meta:
        unknown = EXCLUDE

    programme = fields.String(load_default=None)
    street = fields.String(load_default=None)


class ActivityPageQuery(Schema):
    """Which session is chosen."""

    class Meta:
        unknown = EXCLUDE

    session = fields.String(load_default=None)


class DatesQuery(Schema):
    """Which dates were refused, and by which rule: as `dates.refusals` writes it."""

    class Meta:
        unknown = EXCLUDE

    no = fields.String(load_default="")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form as it is shown (again)."""

    rows: list[forms.Row]
    chosen: list[str]
    key: str
    errors: Any = None
    status: int = 200


class ActivityPages:
    """Residents' pages before there is a registration."""

    app: Events
    pages: Pages

    @door("GET", "/", allow=ANYONE, query=HomeQuery())
    def home_page(self, call: Call) -> Response:
        """Coming activities by programme, of one programme or street if asked for."""
        now = self.app.clock()
        found = activities.list_activities(self.app, first_day=local_day(now))
        known = programmes.list_programmes(self.app)
        every = views.by_programme(found, known, now)
        return self.pages.render(
            "home.html", groups=views.chosen(every, **call.query), best=views.best,
            programmes=[(each.key, each.title) for each in every],
            streets=views.streets(every), query=call.query,
        )

    @door("GET", "/activities/<string:activity_id>", allow=ANYONE, query=ActivityPageQuery())
    def activity_page(self, call: Call, activity_id: str) -> Response:
        """An activity with its terms and its sign-up form."""
        chosen = call.query["session"]
        return self._activity(
            call, activity_id,
            Filled(rows=[{}], chosen=[chosen] if chosen else [], key=new_id()),
        )

    @door("POST", "/activities/<string:activity_id>", allow=ANYONE, form=forms.SignUpForm())
    def sign_up_page(self, call: Call, activity_id: str) -> Response:
        """Signs the party up and shows its registration, or the form again with what is wrong."""
        return self._submitted(call, activity_id, self._sign_up)

    @door("POST", "/activities/<string:activity_id>/prepare", allow=ANYONE,
          form=forms.SignUpForm())
    def prepare_page(self, call: Call, activity_id: str) -> Response:
        """Keeps the party, sealed, for the moment sign-up opens; goes on to its waiting page."""
        return self._submitted(call, activity_id, self._prepare)

    @door("GET", "/activities/<string:activity_id>/dates/<string:token>", allow=ANYONE,
          query=DatesQuery())
    def dates_page(self, call: Call, activity_id: str, token: str) -> Response:
        """What became of each date that was asked for with one form, as it stands now."""
        listed = activities.one_activity(self.app, activity_id)
        found = dates.found(self.app, listed, forms.once_of_token(token), call.query["no"])
        if not found:
            raise broken.UnknownRegistration(token)
        return self.pages.render("dates.html", activity=listed.activity, found=found)

    def _submitted(self, call: Call, activity_id: str, act: Any) -> Response:
        form = call.form
        assert form is not None
        if "add" in form.typed:
            rows = [*forms.rows_of(form.typed), {}]
            return self._activity(call, activity_id, _filled(form, rows=rows))
        if form.values is None:
            return self._activity(call, activity_id, _filled(form, errors=form.errors, status=422))
        try:
            check_own(self.app, call, form.values["party"])
            answer: Response = act(call, activity_id, form.values, forms.once_of(form.values))
            return answer
        except broken.BrokenRule as rule:
            status = 429 if isinstance(rule, broken.TooManyTries) else 409
            again = self._activity(call, activity_id,
                                   _filled(form, errors=_errors(rule), status=status))
            return with_time(again, rule)
        except (Overloaded, Unavailable):
            busy = self._activity(
                call, activity_id, _filled(form, errors={"party": [BUSY]}, status=503)
            )
            busy.headers["Retry-After"] = "2"
            return busy

    def _sign_up(self, call: Call, activity_id: str, values: Any, once: Once) -> Response:
        caller = resident_of(call, once=once)
        sessions, party = values["session"], values["party"]
        if len(sessions) == 1 and sessions != [forms.ALL]:
            made = signing_up.sign_up(self.app, sessions[0], party, caller=caller)
            registration_id = str(made["registration_id"])
            return remember(see(f"/registrations/{registration_id}"), call, registration_id,
                            app=self.app)
        wanted = None if sessions == [forms.ALL] else sessions
        made = series.sign_up_series(self.app, activity_id, wanted, party, caller=caller)
        outcomes = made["outcomes"]
        if not any("registration" in each for each in outcomes):
            raise outcomes[0]["refused"] if outcomes else broken.SessionClosed
        ids = [str(each["registration"]["registration_id"]) for each in outcomes
               if "registration" in each]
        answer = see(dates.address(activity_id, forms.token_of(once), outcomes))
        return remember(answer, call, *ids, app=self.app)

    def _prepare(self, call: Call, _: str, values: Any, once: Once) -> Response:
        prepared_id = preparing.prepare(
            self.app, values["session"][0], values["party"], caller=resident_of(call, once=once)
        )
        return see(f"/waiting/{prepared_id}")

    def _activity(self, call: Call, activity_id: str, filled: Filled) -> Response:
        listed = activities.one_activity(self.app, activity_id)
        offers = views.offers(listed, self.app.clock())
        first = views.best(offers) if offers else None
        rows, family = filled.rows[:MOST_ROWS], family_of(self.app, call)
        typed = sum(bool(row.keys() - {"seat"}) for row in rows) if family.ticked else len(rows)
        known = {f"known.{each.person_ref}": each.name for each in family.people}
        return self.pages.render(
            "activity.html", status=filled.status, activity=listed.activity, offers=offers,
            first=first, seats=views.seats(offers), rows=rows, chosen=filled.chosen,
            key=filled.key, errors=at_people(filled.errors or {}, family, typed),
            labels=forms.labels(len(rows)) | known, family=family,
            most_rows=min(MOST_ROWS, self.app.policy.party_limit),
            rules=wording.rules_in_words(first.session) if first else [],
            further=wording.further_rules(first.session) if first else [],
            related=self._related(listed) if first else [],
        )

    def _related(self, listed: activities.Listed) -> list[activities.Listed]:
        """Other coming activities of the same series."""
        series_key = listed.activity.terms.series
        if series_key is None:
            return []
        coming = activities.list_activities(
            self.app, programme=listed.activity.programme,
            first_day=local_day(self.app.clock()),
        )
        return [each for each in coming if each.activity.terms.series == series_key
                and each.activity.activity_id != listed.activity.activity_id]


def _filled(form: Form, *, rows: list[forms.Row] | None = None, errors: Any = None,
            status: int = 200) -> Filled:
    return Filled(rows=rows or forms.rows_of(form.typed), chosen=forms.sessions_of(form.typed),
                  key=form.typed.get("key") or new_id(), errors=errors, status=status)


def _errors(rule: broken.BrokenRule) -> Any:
    """The fault where it can be mended: at a person, at the session, or at the whole form."""
    of_session = (broken.NotOpenYet, broken.SessionClosed, broken.UnknownSession, broken.Full)
    place = "session" if isinstance(rule, of_session) else "party"
    errors = getattr(rule, "errors", None) or {place: [str(rule)]}
    if isinstance(rule, broken.AlreadyRegistered):
        return {field: [f"{reasons[0]}。在首页输入短信里的编号可以查看"]
                for field, reasons in errors.items()}
    return errors
