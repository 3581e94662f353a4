"""Doors through which staff open a figure down to the facts behind it; every look is counted."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from kernel.sheets import formats
from kernel.web import VIEWER, Call, door
from kernel.web.files import sheet
from services.stats.schemas.figures import SourcesAnswer, SourcesQuery
from services.stats.usecases.application import Stats
from services.stats.web.figure_tables import source_table
from services.stats.web.opening import FIGURE, look_into
from services.stats.web.places import of_scope


class SourceDoors:
    """For staff; of a confidential programme only for caseworkers."""

    app: Stats

    @door("GET", f"/api/figures/{FIGURE}/sources", allow=VIEWER, scope=of_scope,
          query=SourcesQuery(), answer=SourcesAnswer(), audit="read")
    def figure_sources(self, call: Call, name: str) -> Any:
        """What a figure was added up from, page by page, without names."""
        return look_into(self.app, call, name)

    @door("GET", f"/api/figures/{FIGURE}/sources.<any(csv, xlsx):form>", allow=VIEWER,
          scope=of_scope, query=SourcesQuery(), gives=tuple(formats.KINDS.values()), audit="read")
    def source_sheet(self, call: Call, name: str, form: str) -> Response:
        """One page as a sheet; `X-Next` is the `after` of the next, as it stands in a URL."""
        found = look_into(self.app, call, name)
        response = sheet(form, f"{name}-sources", source_table(found.items))
        if found.next:
            response.headers["X-Next"] = quote(found.next, safe="")
        return response
