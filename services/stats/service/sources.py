"""Doors through which staff open a figure down to the facts behind it; every look is counted."""

from __future__ import annotations

from logging import getLogger
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.mongo import available
from kernel.sheets import formats
from kernel.web import STAFF, Call, Problem, Refused, door
from kernel.web.files import sheet
from services.stats.domain.figures import NAMES
from services.stats.schemas.figures import SourcesAnswer, SourcesQuery
from services.stats.service.parts import scope_of
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import programmes_of
from services.stats.usecases.opening import Opened, open_figure
from services.stats.web.figure_tables import source_table

log = getLogger(__name__)
_FIGURE = f"<any({', '.join(NAMES)}):name>"


class SourceDoors:
    """For staff; of a confidential programme only for caseworkers."""

    app: Stats

    @door("GET", f"/api/figures/{_FIGURE}/sources", allow=STAFF, query=SourcesQuery(),
          answer=SourcesAnswer())
    def figure_sources(self, call: Call, name: str) -> Any:
        """What a figure was added up from, page by page, without names."""
        return self._opened(call, name)

    @door("GET", f"/api/figures/{_FIGURE}/sources.<any(csv, xlsx):form>", allow=STAFF,
          query=SourcesQuery(), gives=tuple(formats.KINDS.values()))
    def source_sheet(self, call: Call, name: str, form: str) -> Response:
        """One page as a sheet; `X-Next` is the `after` of the next, as it stands in a URL."""
        found = self._opened(call, name)
        response = sheet(form, f"{name}-sources", source_table(found.items))
        if found.next:
            response.headers["X-Next"] = quote(found.next, safe="")
        return response

    def _opened(self, call: Call, name: str) -> Opened:
        scope, query = scope_of(self.app, call), call.query
        with available():
            asked = programmes_of(self.app).get(scope.programme or "")
            if asked and asked.confidential and not call.confidential:
                raise Refused(Problem(403, "caseworker_needed"))
            found = open_figure(self.app, name, scope, exact=call.confidential,
                                after=query["after"], limit=query["limit"])
        log.info("%s opened %s (%d sources, correlation %s)", call.rights.actor, name,
                 len(found.items), call.correlation)
        metrics.count("xiangxin_exports_total", what="sources", who=_who(call))
        return found


def _who(call: Call) -> str:
    return "caseworker" if call.confidential else "staff"
