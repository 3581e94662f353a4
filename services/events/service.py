"""The doors of the events service, and how it is put together once per process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from kernel.application import Application
from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.pages import Pages
from kernel.transaction import Transactions
from kernel.vault import Vault
from kernel.web import ANYONE, STAFF, Call, Problem, door
from services.events.domain import broken
from services.events.schemas import activities as activity_bodies
from services.events.schemas import desk, signup
from services.events.schemas import records as record_bodies
from services.events.settings import EventsSettings
from services.events.store import Store
from services.events.usecases import (
    activities,
    attending,
    programmes,
    records,
    registrations,
    scanning,
    signing_up,
)
from services.events.usecases.application import Events, Policy
from services.events.web import views
from services.events.web.pages import PageDoors


def build(settings: EventsSettings) -> Events:
    """The service on its own database; waits for nothing."""
    database = open_database(settings, "events")
    vault = Vault(database, settings.vault_key)
    return Events(
        transactions=Transactions(
            database, source="/xiangxin/events", clock=system_clock, vault=vault
        ),
        store=Store.on(database),
        vault=vault,
        policy=Policy(party_limit=settings.party_limit, desk=settings.desk_rules()),
    )


ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownProgramme: Problem(404, "unknown_programme", "没有这个项目"),
    broken.UnknownActivity: Problem(404, "unknown_activity", "没有这个活动"),
    broken.UnknownSession: Problem(404, "unknown_session", "没有这个场次"),
    broken.UnknownRegistration: Problem(404, "unknown_registration", "没有这条报名"),
    broken.UnknownPerson: Problem(422, "unknown_person", "有人没有登记过"),
    broken.SamePersonTwice: Problem(422, "same_person_twice", "同一个人填了两次"),
    broken.GuardianConsentNeeded: Problem(422, "guardian_consent_needed", "需要监护人同意"),
    broken.WrongKind: Problem(422, "wrong_kind", "项目类型不符"),
    broken.NotOpenYet: Problem(409, "not_open_yet", "报名还没有开始"),
    broken.SessionClosed: Problem(409, "session_closed", "场次已经截止"),
    broken.OverLimit: Problem(409, "over_limit", "人数超过上限"),
    broken.AlreadyRegistered: Problem(409, "already_registered", "已经报过名"),
    broken.AlreadyAttended: Problem(409, "already_attended", "已经签到"),
    broken.NotConfirmed: Problem(409, "not_confirmed", "没有占到名额"),
    broken.TooEarlyToCheckIn: Problem(409, "too_early", "还没有到签到时间"),
    broken.TooLateToCheckIn: Problem(409, "too_late", "场次已经结束"),
    broken.ScanInTheFuture: Problem(422, "scan_in_the_future", "扫码时间在将来"),
    broken.AlreadyCheckedIn: Problem(409, "already_checked_in", "已经签到"),
    broken.AlreadyCheckedOut: Problem(409, "already_checked_out", "已经签退"),
    broken.TooManyCheckIns: Problem(409, "too_many_check_ins", "签到次数过多"),
    broken.NonceReused: Problem(422, "nonce_reused", "nonce 已用于另一次扫码"),
    broken.NotStarted: Problem(409, "not_started", "场次还没有开始"),
}


RECORDED = record_bodies.RecordAnswer()


class Http(PageDoors):
    """For people, desks and other systems."""

    name = "events-http"
    max_workers = 400
    app = Application(build)
    pages = Pages(Path(__file__).parent / "web", service="events")
    errors = ERRORS

    @door("GET", "/api/programmes", allow=ANYONE, answer=activity_bodies.ProgrammeAnswer(many=True))
    def list_programmes(self, call: Call) -> Any:
        """Every programme."""
        return programmes.list_programmes(self.app)

    @door("POST", "/api/activities", allow=STAFF, body=activity_bodies.ActivityBody(),
          answer=activity_bodies.ActivityAnswer(), status=201, writes=True)
    def publish_activity(self, call: Call) -> Any:
        """A new activity with its sessions."""
        try:
            made = activities.publish_activity(self.app, call.body, once=call.once)
        except broken.UnknownProgramme as unknown:
            raise ValidationError({"programme": [str(unknown)]}) from unknown
        return views.activity(activities.one_activity(self.app, made["activity_id"]))

    @door("GET", "/api/activities", allow=ANYONE, query=activity_bodies.ActivityQuery(),
          answer=activity_bodies.ActivityAnswer(many=True))
    def list_activities(self, call: Call) -> Any:
        """Activities of a programme, a street, between days."""
        return [views.activity(each) for each in activities.list_activities(self.app, **call.query)]

    @door("GET", "/api/activities/<string:activity_id>", allow=ANYONE,
          answer=activity_bodies.ActivityAnswer())
    def show_activity(self, call: Call, activity_id: str) -> Any:
        """One activity with places left and waiting."""
        return views.activity(activities.one_activity(self.app, activity_id))

    @door("POST", "/api/sessions/<string:session_id>/registrations", allow=ANYONE,
          body=signup.SignUpBody(), answer=signup.RegistrationAnswer(), status=201, writes=True)
    def sign_up(self, call: Call, session_id: str) -> Any:
        """Places for a party, or its turn in line; with the staff token on its behalf (补录)."""
        return signing_up.sign_up(
            self.app, session_id, call.body["party"], caller=_caller(call),
            household_ref=call.body.get("household_ref"),
        )

    @door("GET", "/api/registrations/<string:registration_id>", allow=ANYONE,
          answer=signup.RegistrationAnswer())
    def show_registration(self, call: Call, registration_id: str) -> Any:
        """A registration's state, with its place in line now."""
        found = registrations.find_registration(self.app, registration_id)
        return signing_up.answer_of(found.registration, found.position)

    @door("DELETE", "/api/registrations/<string:registration_id>", allow=ANYONE, writes=True)
    def cancel(self, call: Call, registration_id: str) -> Any:
        """Cancels; freed places go to the line. Safe to repeat."""
        signing_up.cancel(self.app, registration_id, caller=_caller(call))

    @door("POST", "/api/sessions/<string:session_id>/scans", allow=STAFF,
          body=desk.ScanBody(), answer=desk.ScanAnswer(), writes=True)
    def scan(self, call: Call, session_id: str) -> Any:
        """A check-in or check-out at the desk, once per nonce."""
        told = dict(call.body)
        ticket = told.pop("ticket", None) or told.pop("registration_id")
        order = scanning.Scan(session_id=session_id, registration_id=ticket, **told)
        return scanning.scan(self.app, order, once=call.once)

    @door("POST", "/api/sessions/<string:session_id>/close", allow=STAFF,
          body=desk.CloseBody(), answer=desk.CloseAnswer(), writes=True)
    def close_session(self, call: Call, session_id: str) -> Any:
        """Attendance is final; the organiser's figures go out with it."""
        return attending.close_session(self.app, session_id, call.body, once=call.once)

    @door("POST", "/api/programmes/<string:key>/visits", allow=STAFF,
          body=record_bodies.VisitBody(), answer=RECORDED, status=201, writes=True)
    def record_visit(self, call: Call, key: str) -> Any:
        """A household was visited."""
        return records.record_visit(self.app, key, call.body, once=call.once)

    @door("POST", "/api/programmes/<string:key>/redemptions", allow=STAFF,
          body=record_bodies.RedemptionBody(), answer=RECORDED, status=201, writes=True)
    def record_redemption(self, call: Call, key: str) -> Any:
        """A benefit was taken at a window."""
        return records.record_redemption(self.app, key, call.body, once=call.once)

    @door("POST", "/api/programmes/<string:key>/work-items", allow=STAFF,
          body=record_bodies.WorkItemBody(), answer=RECORDED, status=201, writes=True)
    def record_work_item(self, call: Call, key: str) -> Any:
        """An item of a work list as it stands."""
        return records.record_work_item(self.app, key, call.body, once=call.once)


def _caller(call: Call) -> signing_up.Caller:
    return signing_up.Caller(
        staff=call.staff, once=call.once, correlation=call.correlation,
        traceparent=call.traceparent,
    )
