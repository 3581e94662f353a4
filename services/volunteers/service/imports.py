"""Doors through which earlier records come in, as a sheet."""

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
from kernel.web import STAFF, Call, Problem, door
from kernel.web.files import sheet
from services.volunteers.domain import broken
from services.volunteers.schemas.imports import ImportAnswer, ImportQuery
from services.volunteers.usecases import App
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.importing import import_sheet, template

log = getLogger(__name__)

ERRORS: dict[type[Exception], Problem] = {
    broken.ImportRefused: Problem(422, "import_refused", "有的行不能导入"),
    broken.SessionDiffers: Problem(409, "session_differs", "场次时间不符"),
}
ANSWER = ImportAnswer()


class ImportDoors:
    """For staff who bring in what was recorded before, or elsewhere."""

    app: App
    register: Register

    @door("GET", "/api/imports/template.xlsx", allow=STAFF, gives=(formats.KINDS["xlsx"],))
    def import_template(self, call: Call) -> Response:
        """An empty sheet to fill in."""
        return sheet("xlsx", "import-template", *template())

    @door("POST", "/api/imports", allow=STAFF, query=ImportQuery(), answer=ANSWER, status=201,
          also=(200,), writes=True, accepts=tuple(formats.KINDS.values()), largest=LARGEST_FILE)
    def import_records(self, call: Call) -> Any:
        """Enters the records of an uploaded sheet (CSV or XLSX), all of them or none (C-04)."""
        dry = call.query["dry"]
        ending = formats.ending_of(call.media_type)
        answer = import_sheet(self.app, self.register, call, call.raw, ending, dry=dry,
                              once=None if dry else _once(call))
        if dry:
            return Response(json.dumps(ANSWER.dump(answer), ensure_ascii=False),
                            content_type="application/json", headers={"Cache-Control": "no-store"})
        log.info("records imported by %s (correlation %s): %d rows, %d new", call.rights.actor,
                 call.correlation, answer["rows"], answer["new"])
        return answer


def _once(call: Call) -> Once | None:
    """The key answers for the same file read in the same way."""
    if call.once is None:
        return None
    asked = sha256(f"{call.once.fingerprint} {call.media_type}".encode()).hexdigest()
    return replace(call.once, fingerprint=asked)
