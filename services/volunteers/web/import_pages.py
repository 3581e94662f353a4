"""The console's page for importing earlier records: a file is checked first, then entered."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel.sheets import formats
from kernel.sheets.limits import LARGEST_FILE
from kernel.web import STAFF, Call, Refused, door
from kernel.web.uploads import MULTIPART, form_with_file, place
from services.volunteers.domain.broken import ImportRefused
from services.volunteers.usecases.people.register import Register
from services.volunteers.web.importing import import_sheet
from services.volunteers.web.list_pages import StaffPage

SHOWN = 200  # rows and faults that the page lists


class ImportPages(StaffPage):
    """It works without JavaScript; a browser sends the file twice, to check and to enter."""

    register: Register

    @door("GET", "/staff/imports", allow=STAFF)
    def imports_page(self, call: Call) -> Response:
        """What a sheet looks like, and the form."""
        return self._imports(call)

    @door("POST", "/staff/imports", allow=STAFF, accepts=(MULTIPART,), gives=("text/html",),
          largest=LARGEST_FILE + 4096)
    def import_order(self, call: Call) -> Response:
        """Checks the file, or enters it: all or nothing."""
        content_type = str(call.environ.get("CONTENT_TYPE") or "")
        typed, raw, name = form_with_file(call.raw, content_type)
        ending = name.rpartition(".")[2].lower()
        if not raw or ending not in formats.KINDS:
            return self._imports(call, status=422, errors={"file": ["请选择 XLSX 或 CSV 文件"]})
        dry = typed.get("action") != "enter"
        try:
            answer = import_sheet(self.app, self.register, call, raw, ending, dry=dry, once=None)
        except Refused as refused:
            told = refused.errors or {"file": [refused.detail or "文件看不懂"]}
            return self._imports(call, status=422, errors={"file": _told(told)})
        except ImportRefused as refused:
            return self._imports(call, status=422, errors={"file": _told(refused.errors)})
        faults = answer.get("faults") or {}
        return self._imports(call, status=422 if faults else 200, answer=answer,
                             errors={"file": _told(faults)} if faults else {})

    def _imports(self, call: Call, *, status: int = 200, **told: Any) -> Response:
        values = {"answer": None, "errors": {}, "shown": SHOWN, **told}
        return self.staff_page("imports.html", call, status=status, **values)


def _told(faults: Any) -> list[str]:
    """Each fault with its place in the sheet."""
    told = [f"{place(name)} {'，'.join(reasons)}".strip() for name, reasons in faults.items()]
    more = len(told) - SHOWN
    return [*told[:SHOWN], f"另有 {more} 处"] if more > 0 else told
