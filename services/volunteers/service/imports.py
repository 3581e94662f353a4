"""Doors through which earlier records come in, as a sheet that a second person approves."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from logging import getLogger
from typing import Any

from werkzeug.wrappers import Response

from kernel.answers import Once
from kernel.sheets import formats
from kernel.sheets.limits import LARGEST_FILE
from kernel.web import CHECKER, Call, Problem, door
from kernel.web.files import sheet
from kernel.web.scope import EVERYWHERE, of_all
from services.volunteers.domain import broken
from services.volunteers.schemas.imports import (
    ImportAnswer,
    ImportDecidedAnswer,
    ImportDecisionBody,
    ImportQuery,
    ProgressAnswer,
    shown_plan,
)
from services.volunteers.usecases import App
from services.volunteers.usecases.imports import bringing
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.acting import acting_of
from services.volunteers.web.importing import import_sheet, template

log = getLogger(__name__)

ERRORS: dict[type[Exception], Problem] = {
    broken.ImportRefused: Problem(422, "import_refused", "有的行不能导入"),
    broken.SessionDiffers: Problem(409, "session_differs", "场次时间不符"),
    broken.UnknownImport: Problem(404, "unknown_import", "没有这次导入"),
}
ANSWER = ImportAnswer()
ONE = "/api/imports/<string:import_id>"


class ImportDoors:
    """For staff who bring in what was recorded before, or elsewhere, and for those who approve."""

    app: App
    register: Register

    @door("GET", "/api/imports/template.xlsx", allow=CHECKER, scope=EVERYWHERE,
          gives=(formats.KINDS["xlsx"],))
    def import_template(self, call: Call) -> Response:
        """An empty sheet to fill in."""
        return sheet("xlsx", "import-template", *template())

    @door("POST", "/api/imports", allow=CHECKER, scope=of_all, query=ImportQuery(), answer=ANSWER,
          status=202, also=(200,), writes=True, accepts=tuple(formats.KINDS.values()),
          largest=LARGEST_FILE)
    def import_records(self, call: Call) -> Any:
        """Checks the records of an uploaded sheet (CSV or XLSX), all of them or none, and lets
        them wait for the approval of another member; `Location` says where they do (C-17)."""
        dry = call.query["dry"]
        ending = formats.ending_of(call.media_type)
        answer = import_sheet(self.app, self.register, call, call.raw, ending, dry=dry,
                              once=None if dry else _once(call))
        is_under_way = answer["state"] in ("waiting", "approved")
        if not dry:
            log.info("records brought in by %s (correlation %s): %d rows, %d new",
                     call.rights.actor, call.correlation, answer["rows"], answer["new"])
        headers = {"Cache-Control": "no-store"}
        if answer["state"]:
            headers["Location"] = f"/api/imports/{answer['import_id']}"
        return Response(json.dumps(ANSWER.dump(answer), ensure_ascii=False),
                        status=202 if is_under_way else 200, content_type="application/json",
                        headers=headers)

    @door("GET", ONE, allow=CHECKER, scope=of_all, answer=ProgressAnswer())
    def import_progress(self, call: Call, import_id: str) -> Any:
        """How far an import is, and what became of each row."""
        plan, rows = bringing.progress(self.app, import_id)
        return {**shown_plan(plan), "records": [bringing.shown(each) for each in rows]}

    @door("POST", f"{ONE}/decision", allow=CHECKER, scope=of_all, body=ImportDecisionBody(),
          writes=True, answer=ImportDecidedAnswer())
    def decide_import(self, call: Call, import_id: str) -> Any:
        """Another member approves or refuses; what is approved is entered by and by (C-17)."""
        answer = bringing.decide(self.app, import_id, approved=call.body["approve"],
                                 reason=call.body["reason"], by=acting_of(call), once=call.once)
        log.info("import %s %s by %s (correlation %s)", import_id, answer["state"],
                 call.rights.actor, call.correlation)
        return answer


def _once(call: Call) -> Once | None:
    """The key answers for the same file read in the same way."""
    if call.once is None:
        return None
    asked = sha256(f"{call.once.fingerprint} {call.media_type}".encode()).hexdigest()
    return replace(call.once, fingerprint=asked)
