"""HTML pages from Jinja2 templates: always escaped, no inline script, one base for all."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from werkzeug.wrappers import Response

from kernel import words
from kernel.pages.ways import Ways
from kernel.rights import NOBODY, Rights

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Templates of one service's `web/` folder, above those that all services share.

    `always` are values every template sees, e.g. `service="events"`. Templates ask `may("name of a
    door")`, or its address, whether the door would let in who looks (`call`); the doors are those
    of the class that has these pages.
    """

    _ways = Ways(object)

    def __init__(self, folder: Path, **always: Any) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([folder, TEMPLATES]),
            autoescape=select_autoescape(["html", "svg"], default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(always, may=self._may)
        self._environment.filters.update(words.FILTERS)

    def __set_name__(self, owner: type, name: str) -> None:
        if self._ways is Pages._ways:  # who shows pages of another class has not its doors
            self._ways = Ways(owner)

    @pass_context
    def _may(self, context: Context, way: str) -> bool:
        call = context.get("call")
        return self.may(call.rights if call else NOBODY, way)

    def may(self, rights: Rights, way: str) -> bool:
        """Whether the door of this name, or at this address, would let them in."""
        return self._ways.may(rights, way)

    def text(self, template: str, **values: Any) -> str:
        """The page as text. Raises jinja2's errors for an unknown template or value."""
        return self._environment.get_template(template).render(**values)

    def render(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page as an answer of a door."""
        content = self.text(template, **values)
        return Response(content, status=status, mimetype="text/html")


def see(address: str) -> Response:
    """After a form: a page of its own, so that reloading sends nothing again."""
    kept = quote(address, safe="/:?#[]@!$&'()*+,;=%-._~")  # part of it may be what somebody typed
    return Response(status=303, headers={"Location": kept})


def with_time(page: Response, refused: Exception | None) -> Response:
    """The page that shows a refusal says when to come back, where the refusal knows (`seconds`)."""
    if seconds := getattr(refused, "seconds", None):
        page.headers["Retry-After"] = str(seconds)
    return page
