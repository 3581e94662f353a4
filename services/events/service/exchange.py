"""Doors through which files come and go: calendars, rosters, sessions with their figures."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from logging import getLogger
from typing import Any

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.answers import Once
from kernel.rights import Permission
from kernel.sheets import formats
from kernel.sheets.cells import Table
from kernel.sheets.limits import LARGEST_FILE
from kernel.web import ANYONE, DESK, ORGANISER, VIEWER, Call, Problem, Refused, door
from kernel.web.access import need
from kernel.web.files import file, sheet
from kernel.web.scope import EVERYWHERE, WITHIN
from kernel.web.uploads import sheet_of
from services.events.domain.broken import UnknownPerson
from services.events.domain.roster import RosterParty
from services.events.schemas import roster as roster_bodies
from services.events.schemas.exports import ActivityExportQuery, RosterExportQuery
from services.events.service.errors import ERRORS
from services.events.usecases import calendars, importing, looks, rosters
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.web import tables
from services.events.web.calendar import calendar_of
from services.events.web.callers import caller_of
from services.events.web.places import of_person, of_session

log = getLogger(__name__)

SHEETS = tuple(formats.KINDS.values())
ROSTER = roster_bodies.RosterAnswer()
CODES = {rule.__name__: problem.code for rule, problem in ERRORS.items()}


class ExchangeDoors:
    """Calendars and sheets."""

    app: Events

    @door("GET", "/registrations/<string:registration_id>/calendar.ics", allow=ANYONE,
          gives=("text/calendar",))
    def registration_calendar(self, call: Call, registration_id: str) -> Response:
        """One registration for the calendar of whoever has its address."""
        entries = calendars.of_registration(self.app, registration_id)
        return file(calendar_of(entries), "text/calendar", "registration.ics")

    @door("GET", "/api/people/<string:person_ref>/calendar.ics", allow=ORGANISER, scope=of_person,
          gives=("text/calendar",))
    def person_calendar(self, call: Call, person_ref: str) -> Response:
        """Everything one person is registered for, and what was cancelled lately."""
        try:
            entries = calendars.of_person(self.app, person_ref)
        except UnknownPerson:
            raise Refused(Problem(404, "unknown_person", "没有这个人")) from None
        return file(calendar_of(entries, name="向心报名"), "text/calendar", "calendar.ics")

    @door("GET", "/api/sessions/<string:session_id>/roster.<any(csv, xlsx):form>", allow=DESK,
          scope=of_session, query=RosterExportQuery(), gives=SHEETS, audit="read")
    def export_roster(self, call: Call, session_id: str, form: str) -> Response:
        """The session's roster; telephone numbers masked, in full for who may see them and asks.
        Minors are masked without an approved look, and in full only with one (C-28)."""
        full = call.query["full"]
        if full:
            need(call.rights, Permission.NAMES)
        ticket = looks.ticket(self.app, session_id, call.rights.actor)
        rows = rosters.roster(self.app, session_id, sight=call.rights.sight, ticket=ticket,
                              full=full)
        table = tables.roster(rows, full=full)
        _note(call, "roster", table, f"session {session_id}, {'full' if full else 'masked'}")
        return sheet(form, f"roster-{session_id[:10]}", table)

    @door("GET", "/api/activities/export.<any(csv, xlsx):form>", allow=VIEWER, scope=WITHIN,
          query=ActivityExportQuery(), gives=SHEETS)
    def export_activities(self, call: Call, form: str) -> Response:
        """Sessions of a programme, between days, one a row with its figures."""
        found = rosters.figures(self.app, limits=call.rights.scope, **call.query)
        table = tables.sessions(found, self.app.clock(), confidential=call.confidential)
        _note(call, "sessions", table, f"programme {call.query.get('programme', 'all')}")
        return sheet(form, "sessions", table)

    @door("GET", "/api/rosters/template.xlsx", allow=ORGANISER, scope=EVERYWHERE,
          gives=(formats.KINDS["xlsx"],))
    def roster_template(self, call: Call) -> Response:
        """An empty roster to fill in."""
        return sheet("xlsx", "roster-template", tables.template())

    @door("POST", "/api/sessions/<string:session_id>/roster", allow=ORGANISER, scope=of_session,
          query=roster_bodies.RosterQuery(), answer=ROSTER, status=201, also=(200,), writes=True,
          accepts=SHEETS, largest=LARGEST_FILE)
    def import_roster(self, call: Call, session_id: str) -> Any:
        """Signs up everybody on an uploaded roster (CSV or XLSX), all of them or nobody."""
        answer = importing.import_roster(
            self.app, session_id, _parties(call), caller=_caller(call), **call.query
        )
        refused = [{**each, "code": CODES[each["rule"]]} for each in answer["refused"]]
        answer = {**answer, "refused": refused}
        if answer["dry_run"]:
            return Response(json.dumps(ROSTER.dump(answer), ensure_ascii=False),
                            content_type="application/json", headers={"Cache-Control": "no-store"})
        log.info("roster imported by %s (correlation %s): session %s, %d parties, %d refused",
                 _who(call), call.correlation, session_id, len(answer["registered"]), len(refused))
        return answer


def _parties(call: Call) -> list[RosterParty]:
    """The uploaded roster. Raises Refused that names every fault by row and column."""
    return sheet_of(formats.ending_of(call.media_type), call.raw, roster_bodies.parties_of)


def _caller(call: Call) -> Caller:
    """The key answers for the same file asked for in the same way."""
    caller = caller_of(call)
    if call.once is None:
        return caller
    asked = f"{call.once.fingerprint} skip_refused={call.query['skip_refused']}"
    return replace(caller, once=Once(call.once.key, sha256(asked.encode()).hexdigest()))


def _note(call: Call, what: str, table: Table, which: str) -> None:
    """Every export is logged, without a name, and counted."""
    metrics.count("xiangxin_exports_total", what=what, who=_who(call))
    log.info("export of %s by %s (correlation %s): %s, %d rows", what, _who(call),
             call.correlation, which, len(table.rows))


def _who(call: Call) -> str:
    return "caseworker" if call.confidential else "staff"
