"""The console's pages for earlier records: a sheet is checked, handed in, approved by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import see
from kernel.pages.once import once_of_typed
from kernel.sheets import formats
from kernel.sheets.limits import LARGEST_FILE
from kernel.web import CHECKER, Call, Refused, door
from kernel.web.problem import status_of
from kernel.web.scope import of_all
from kernel.web.uploads import MULTIPART, form_with_file, place
from services.volunteers.domain.broken import BrokenRule, ImportRefused
from services.volunteers.usecases.imports import bringing
from services.volunteers.usecases.people.register import Register
from services.volunteers.web import forms
from services.volunteers.web.acting import Errors, acting_of
from services.volunteers.web.importing import import_sheet
from services.volunteers.web.list_pages import StaffPage
from services.volunteers.web.words import FIELDS

SHOWN = 200  # rows and faults that a page lists
ONE = "/staff/imports/<string:import_id>"


class ImportPages(StaffPage):
    """They work without JavaScript; a browser sends the file twice, to check and to hand in."""

    register: Register
    errors: ClassVar[Errors]

    @door("GET", "/staff/imports", allow=CHECKER, scope=of_all)
    def imports_page(self, call: Call) -> Response:
        """What a sheet looks like, the form, and the sheets that were handed in."""
        return self._imports(call)

    @door("POST", "/staff/imports", allow=CHECKER, scope=of_all, accepts=(MULTIPART,),
          gives=("text/html",), largest=LARGEST_FILE + 4096)
    def import_order(self, call: Call) -> Response:
        """Checks the file, or hands it in: all or nothing."""
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
        if answer["state"]:
            return see(f"/staff/imports/{answer['import_id']}")
        faults = answer.get("faults") or {}
        return self._imports(call, status=422 if faults else 200, answer=answer,
                             errors={"file": _told(faults)} if faults else {})

    @door("GET", ONE, allow=CHECKER, scope=of_all)
    def import_page(self, call: Call, import_id: str) -> Response:
        """How far an import is, what became of each row, and the form for another's word."""
        return self._import(call, import_id, {"key": new_id()})

    @door("POST", ONE, allow=CHECKER, scope=of_all, form=forms.DecideForm())
    def import_decision(self, call: Call, import_id: str) -> Response:
        """Approves or refuses (C-17)."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._import(call, import_id, form.typed, form.errors, status=422)
        values = form.values
        try:
            bringing.decide(self.app, import_id, approved=values["action"] == "approved",
                            reason=values["reason"], by=acting_of(call),
                            once=once_of_typed(f"import:{import_id}", form.typed))
        except BrokenRule as refused:
            return self._import(call, import_id, form.typed, {"form": [str(refused)]},
                                status=status_of(refused, self.errors))
        return see(f"/staff/imports/{import_id}")

    def _imports(self, call: Call, *, status: int = 200, **told: Any) -> Response:
        values = {"answer": None, "errors": {}, "shown": SHOWN, **told}
        return self.staff_page("imports.html", call, status=status,
                               plans=bringing.listed(self.app), **values)

    def _import(self, call: Call, import_id: str, typed: Mapping[str, Any],
                errors: Mapping[str, Sequence[str]] | None = None, *,
                status: int = 200) -> Response:
        plan, rows = bringing.progress(self.app, import_id)
        records = sorted((bringing.shown(each) for each in rows),
                         key=lambda each: each["state"] != "left")
        return self.staff_page("import.html", call, status=status, plan=plan, records=records,
                               shown=SHOWN, typed=typed, errors=errors or {}, labels=FIELDS)


def _told(faults: Any) -> list[str]:
    """Each fault with its place in the sheet."""
    told = [f"{place(name)} {'，'.join(reasons)}".strip() for name, reasons in faults.items()]
    more = len(told) - SHOWN
    return [*told[:SHOWN], f"另有 {more} 处"] if more > 0 else told
