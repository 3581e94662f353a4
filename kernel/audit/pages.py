"""The audit log as auditors see it: a page of the console, a list for systems, files to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar, get_args

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.application import AuditBook
from kernel.audit.act import Kind
from kernel.audit.book import Book, Wanted
from kernel.clock import SHANGHAI
from kernel.digest import written
from kernel.pages import Pages
from kernel.sheets.cells import Table
from kernel.web import AUDITOR, Call, door
from kernel.web.files import file, sheet
from kernel.web.problem import TITLES
from kernel.web.scope import of_all

SHOWN = 50  # rows on a page
MOST = 10_000  # rows in a file
LARGEST = 2 ** 63 - 1  # that the database takes
KINDS = {
    "changed": "改动", "read": "查阅", "refused": "拒绝", "signed_in": "登录",
    "sign_in_refused": "登录未成", "signed_out": "退出",
}
FILES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
_COLUMNS = ("number", "at", "by", "kind", "what", "place", "code", "address", "correlation",
            "before", "after", "previous", "hash")


class AuditQuery(Schema):
    """Which rows of the page: account, kind, local days, both inclusive."""

    class Meta:
        unknown = EXCLUDE

    by = fields.String(load_default="", validate=validate.Length(max=32))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *get_args(Kind)]))
    first = fields.Date(load_default=None)
    last = fields.Date(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))


class SinceQuery(Schema):
    """Rows after a number, so many."""

    since = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, MOST))


class RowAnswer(Schema):
    """A row; `previous` is the hash of the one before, `hash` covers everything else in it."""

    number = fields.Integer()
    at = fields.String(metadata={"format": "date-time"})
    kind = fields.String(validate=validate.OneOf(get_args(Kind)))
    by = fields.String()
    roles = fields.List(fields.String())
    what = fields.String()
    place = fields.String()
    code = fields.String()
    address = fields.String(allow_none=True)
    correlation = fields.String()
    before = fields.Dict(keys=fields.String())
    after = fields.Dict(keys=fields.String())
    previous = fields.String()
    hash = fields.String()


class AuditAnswer(Schema):
    """Rows in order, and the end of the chain to write down."""

    rows = fields.List(fields.Nested(RowAnswer))
    number = fields.Integer()
    hash = fields.String()


class AuditPages:
    """Mixed into a service's doors; only for the role `auditor`."""

    pages: Pages
    audit_book: ClassVar[Any] = AuditBook()

    @door("GET", "/staff/audit", allow=AUDITOR, scope=of_all, query=AuditQuery())
    def audit_page(self, call: Call) -> Response:
        """Who did what, when and from where, the newest first."""
        query, book = call.query, self._book()
        head = book.head()
        found = book.latest(_wanted(query), skip=(query["page"] - 1) * SHOWN, limit=SHOWN + 1)
        return self.pages.render(
            "staff/audit.html", call=call, rows=found[:SHOWN], more=len(found) > SHOWN, query=query,
            kinds=KINDS, titles=TITLES, head=head, recent=max(0, head["number"] - MOST),
            address=f"/staff/audit?{_again(query)}",
        )

    @door("GET", "/api/audit", allow=AUDITOR, scope=of_all, query=SinceQuery(),
          answer=AuditAnswer(), audit="read")
    def audit_rows(self, call: Call) -> Any:
        """Rows of the audit log after a number, in order, with the end of the chain."""
        head, rows = self._book().head(), self._rows(call)
        return {"rows": rows, "number": head["number"], "hash": head["hash"]}

    @door("GET", "/api/audit.<any(jsonl, csv):form>", allow=AUDITOR, scope=of_all,
          query=SinceQuery(), gives=tuple(FILES.values()), audit="read")
    def audit_file(self, call: Call, form: str) -> Response:
        """The same as a file: JSON lines to check the chain anew, or CSV to look through."""
        rows = self._rows(call)
        if form == "csv":
            cells = [[_cell(row[name]) for name in _COLUMNS] for row in rows]
            return sheet("csv", "audit", _table(cells))
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return file(lines.encode(), FILES["jsonl"], "audit.jsonl")

    def _rows(self, call: Call) -> list[dict[str, Any]]:
        """Moments as the hashes have them, so that whoever gets the rows can check the chain."""
        found = self._book().since(call.query["since"], limit=call.query["limit"])
        return [RowAnswer().dump({**row, "at": written(row["at"])}) for row in found]

    def _book(self) -> Book:
        book: Book = self.audit_book
        return book


def _wanted(query: Mapping[str, Any]) -> Wanted:
    first, last = query["first"], query["last"]
    return Wanted(
        by=query["by"] or None, kind=query["kind"] or None,
        since=datetime.combine(first, time.min, SHANGHAI) if first else None,
        until=datetime.combine(last + timedelta(days=1), time.min, SHANGHAI) if last else None,
    )


def _again(query: Mapping[str, Any]) -> str:
    return "".join(f"{name}={query[name] or ''}&" for name in ("by", "kind", "first", "last"))


def _table(cells: list[list[Any]]) -> Table:
    return Table(name="audit", columns=[(name, 20) for name in _COLUMNS], rows=cells)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
