"""Uploaded sheets: read aside from the other requests, their faults named by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, TypeVar

from marshmallow import ValidationError
from werkzeug.formparser import FormDataParser

from kernel.sheets import formats
from kernel.sheets.limits import Unreadable
from kernel.web.files import aside
from kernel.web.problem import Problem, Refused, invalid_input

T = TypeVar("T")
MULTIPART = "multipart/form-data"
TOLD = 5  # faults that the sentence names; `errors` has all


def sheet_of(ending: str, raw: bytes, made_of: Callable[[Any], T]) -> T:
    """What `made_of` makes of the rows of a sheet of this format. Raises Refused that names every
    fault by row and column."""
    read = formats.format_of(ending).read
    try:
        return aside(lambda: made_of(read(raw)))
    except Unreadable as fault:
        raise Refused(Problem(422, "unreadable_file", "文件看不懂"), str(fault)) from None
    except ValidationError as fault:
        raise by_line(fault) from None


def by_line(fault: ValidationError) -> Refused:
    """The refusal of a sheet, with a sentence for whoever has it open."""
    refused = invalid_input(fault.normalized_messages())
    refused.detail = sentence(refused.errors or {})
    return refused


def sentence(errors: Mapping[str, list[str]]) -> str:
    """The first faults as somebody reads them beside the sheet."""
    told = []
    for name, reasons in list(errors.items())[:TOLD]:
        where = place(name)
        told.append(f"{where}：{reasons[0]}" if where else "，".join(reasons))
    more = f"；另有 {len(errors) - TOLD} 处" if len(errors) > TOLD else ""
    return "；".join(told) + more


def place(name: str) -> str:
    """第 17 行 手机号 for `row.17.手机号`; empty for what is no row's."""
    _, _, where = name.partition("row.")
    line, _, column = where.partition(".")
    return f"第 {line} 行{f' {column}' if column else ''}" if line else ""


def form_with_file(raw: bytes, content_type: str) -> tuple[dict[str, str], bytes, str]:
    """What a page's form with a file sent: its fields, the file and its name; empty when none was
    chosen. Nothing of it is written to a disk. Raises Refused (400) for a form that is none."""
    kind, _, options = content_type.partition(";")
    boundary = {name.strip(): value.strip().strip('"') for name, _, value in
                (part.partition("=") for part in options.split(";"))}
    parser = FormDataParser(stream_factory=lambda *_, **__: BytesIO(), max_form_parts=20,
                            silent=False)
    try:
        _, form, files = parser.parse(BytesIO(raw), kind.strip().lower(), len(raw), boundary)
    except (ValueError, KeyError):
        raise Refused(Problem(400, "bad_form")) from None
    chosen = files.get("file")
    fields = {name: str(value).strip() for name, value in form.items()}
    return fields, chosen.read() if chosen else b"", (chosen.filename or "") if chosen else ""
