"""Sheets that mean harm: what unpacks without end, XML that refers and repeats, files that lie."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from kernel.sheets import workbook
from kernel.sheets.cells import Table

STYLES = "xl/styles.xml"
SHEET, TYPES, STRINGS = "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/sharedStrings.xml"
OF_STRINGS = (f'<Override PartName="/{STRINGS}" ContentType="application/vnd.openxmlformats-'
              'officedocument.spreadsheetml.sharedStrings+xml"/>')
WORD = "测试"
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
File = tuple[str, str, bytes]  # what it tries, the ending of its name, the file


def files(outside: str, *, large: int = 60) -> Iterator[File]:
    """Every file; `outside` is an address that nobody may ask for, `large` are megabytes."""
    for told, raw in workbooks(outside, large):
        yield told, "xlsx", raw
    for told, raw in commas():
        yield told, "csv", raw


def workbooks(outside: str, large: int) -> Iterator[tuple[str, bytes]]:
    """XLSX, each with one thing that no spreadsheet program writes."""
    whole = parts()
    yield "unpacks without end", packed({**whole, SHEET: b" " * large * 1_000_000})
    yield "very many parts", packed({**whole, **{f"x/{n}": b"" for n in range(600)}})
    yield "says that it is small", lying(packed({**whole, SHEET: b" " * 9_000_000}))
    yield "names that climb", packed({**whole, "../../../tmp/x": b"x", "/etc/x": b"", "a\\b": b""})
    for part in whole:
        laughs = with_doctype(whole[part], LAUGHS, "&a9;")
        yield f"laughs in {part}", packed({**whole, part: laughs})
        for what in (f'SYSTEM "{outside}"', 'SYSTEM "file:///etc/passwd"'):
            refers = with_doctype(whole[part], f"<!DOCTYPE x [<!ENTITY e {what}>]>", "&e;")
            yield f"{what} in {part}", packed({**whole, part: refers})
        away = with_doctype(whole[part], f'<!DOCTYPE x SYSTEM "{outside}">', "")
        yield f"rules from outside in {part}", packed({**whole, part: away})
        yield f"deep {part}", packed({**whole, part: b"<a>" * 150_000 + b"</a>" * 150_000})
        yield f"half of {part}", packed({**whole, part: whole[part][:len(whole[part]) // 2]})
        yield f"nothing in {part}", packed({**whole, part: b""})
    for what, cells in CELLS.items():
        yield what, packed({**whole, SHEET: sheet(cells)})
    yield "styles without end", packed({**whole, STYLES: b"<xf/>" * 900_000})
    strings = f'<sst xmlns="{NAMESPACE}">{"<si><t/></si>" * 350_000}</sst>'
    named = whole[TYPES].replace(b"</Types>", OF_STRINGS.encode() + b"</Types>")
    yield "strings that nobody uses", packed({**whole, TYPES: named, STRINGS: strings.encode()})
    yield "half", packed(whole)[:2_000]
    yield "a file within the file", packed({**whole, "xl/embeddings/x.xlsx": packed(whole)})


CELLS: Mapping[str, str] = {
    "a cell far away": '<row r="1"><c r="ZZZZZZZ999999999999"><v>1</v></c></row>',
    "a row far away": f'<row r="{"9" * 400}"><c r="A1"><v>1</v></c></row>',
    "a row below nothing": '<row r="-5"><c r="A-5"><v>1</v></c></row>',
    "no number": '<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>nan</v></c></row>',
    "a number of many digits": f'<row r="1"><c r="A1"><v>{"9" * 5_000}</v></c></row>',
    "a string that is not there": '<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>',
    "no kind": '<row r="1"><c r="A1" t="b"><v>x</v></c><c r="B1" t="d"><v>x</v></c></row>',
    "a style that is not there": '<row r="1"><c r="A1" s="99999"><v>1</v></c></row>',
    "a formula": '<row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1/")</f><v>1</v></c></row>',
    "rows without end": "<row/>" * 400_000,
    "cells without end": f'<row r="1">{"<c/>" * 400_000}</row>',
}


def commas() -> Iterator[tuple[str, bytes]]:
    """CSV, likewise."""
    yield "NUL", b"a,\x00\r\n\x00,b\r\n" * 200
    yield "one cell", b"x" * 1_900_000
    yield "cells without end", b"," * 1_900_000
    yield "rows without end", b"\n" * 1_900_000
    yield "a quote that never ends", b'a,b\n"' + b"x\n" * 100_000
    yield "quotes", b'"' * 1_900_001
    yield "half a letter", "测".encode("utf-16")[:-1]
    yield "another's letters", b"\x81\x30" * 1_000
    yield "a book", packed(parts())
    yield "markup", LAUGHS.encode() + b"<x>&a9;</x>"


@cache
def parts() -> Mapping[str, bytes]:
    """The parts of an honest workbook with one row."""
    honest = Table(name="x", columns=[("姓名", 9)], rows=[[WORD]])
    with zipfile.ZipFile(io.BytesIO(workbook.write(honest))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: Mapping[str, bytes]) -> bytes:
    """As a file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return file.getvalue()


def lying(raw: bytes, told: int = 100) -> bytes:
    """The same file, whose parts say that they are `told` bytes: at each part, and in the list."""
    changed = bytearray(raw)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + at:place + at + 4] = struct.pack("<I", told)
            place = changed.find(mark, place + 4)
    return bytes(changed)


def with_doctype(part: bytes, doctype: str, used: str) -> bytes:
    """The part with a document type, and `used` within its first element."""
    text = part.decode()
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    head, end, rest = text.partition(">")
    if head.endswith("/"):
        head, end = head[:-1], f">{used}</{head[1:-1].split()[0]}>"
        return f"{doctype}{head}{end}{rest}".encode()
    return f"{doctype}{head}{end}{used}{rest}".encode()


def sheet(rows: str) -> bytes:
    """A sheet with these rows."""
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def in_a_form(name: str, raw: bytes, fields: Sequence[tuple[str, str]] = ()) -> tuple[str, bytes]:
    """Media type and body of a page's form with this file."""
    edge = "edge-of-a-part-0001"
    sent = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields]
    sent += [f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
             "Content-Type: application/octet-stream\r\n\r\n".encode(), raw,
             f"\r\n--{edge}--\r\n".encode()]
    return f"multipart/form-data; boundary={edge}", b"".join(sent)
