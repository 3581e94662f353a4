"""Doors through which the ledger goes out: entries for systems that follow it, lines as sheets."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.sheets import formats
from kernel.web import CHECKER, Call, Problem, door
from kernel.web.files import sheet
from kernel.web.scope import of_all
from services.volunteers.domain import broken
from services.volunteers.domain.delta import cursor_of
from services.volunteers.schemas.exports import (
    EntriesAnswer,
    EntriesQuery,
    LinesQuery,
    asked_lines,
)
from services.volunteers.usecases import App
from services.volunteers.usecases.exports.entries import entries_since
from services.volunteers.usecases.exports.lines import counting
from services.volunteers.web import ledger_tables

log = getLogger(__name__)

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownCursor: Problem(422, "unknown_cursor", "断点有误"),
    broken.TooManyLines: Problem(422, "too_many_lines_asked", "行数太多"),
}


class ExportDoors:
    """For other systems and the office; every export is logged, without a name, and counted."""

    app: App

    @door("GET", "/api/export/entries", allow=CHECKER, scope=of_all, query=EntriesQuery(),
          answer=EntriesAnswer())
    def export_entries(self, call: Call) -> Any:
        """Entries of all ledgers since a cursor, each exactly once, with number and hash (C-16)."""
        cursor = cursor_of(call.query["since"])
        taken = entries_since(self.app, cursor, limit=call.query["limit"])
        _note(call, "entries", len(taken.entries))
        return {"entries": taken.entries, "next": str(taken.next), "complete": taken.complete}

    @door("GET", "/api/export/lines.<any(csv, xlsx):form>", allow=CHECKER, scope=of_all,
          query=LinesQuery(), gives=tuple(formats.KINDS.values()))
    def export_lines(self, call: Call, form: str) -> Response:
        """The lines that count of some days; as XLSX with sums per programme and basis (C-04)."""
        found = counting(self.app, **asked_lines(call.query))
        _note(call, "lines", len(found))
        made = [ledger_tables.lines(found)]
        if form == "xlsx":
            made.append(ledger_tables.sums(found))
        return sheet(form, "lines", *made)


def _note(call: Call, what: str, number: int) -> None:
    metrics.count("xiangxin_exports_total", what=what, who="staff")
    log.info("export of %s by %s (correlation %s): %d", what, call.rights.actor,
             call.correlation, number)
