"""Files as answers: kept by the caller and by nobody between, sheets made aside from the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from eventlet import tpool
from werkzeug.wrappers import Response

from kernel.sheets import formats
from kernel.sheets.cells import Table

T = TypeVar("T")
_OTHER = re.compile(r"[^A-Za-z0-9._-]")  # a head that cannot be written ends the connection


def file(content: bytes, kind: str, name: str) -> Response:
    """A file of this media type to be saved under the name; what is no letter, digit or one of
    `. _ -` in it (a part of an address may be anything) becomes `-`."""
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    headers = {"Content-Disposition": f'attachment; filename="{_OTHER.sub("-", name)}"',
               "Cache-Control": "no-store"}
    return Response(content, content_type=kind, headers=headers)


def sheet(form: str, name: str, *tables: Table) -> Response:
    """The tables as a file called `name` with the ending `form`; csv holds one, xlsx several."""
    write = formats.format_of(form).write
    return file(aside(partial(write, *tables)), formats.KINDS[form], f"{name}.{form}")


def aside(work: Callable[[], T]) -> T:
    """In a thread of its own: a large sheet takes seconds in which others must be answered."""
    done: T = tpool.execute(work)
    return done
