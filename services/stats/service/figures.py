"""Doors about figures: open to everybody, exact for who may see what is confidential."""

from __future__ import annotations

from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from kernel.mongo import available
from kernel.sheets import formats
from kernel.web import ANYONE, Call, door
from kernel.web.files import sheet
from services.stats import schemas
from services.stats.domain.figures import Figures, Scope, fixed_minutes
from services.stats.domain.period import period_of
from services.stats.schemas import figures as bodies
from services.stats.service.kept import json_of, kept
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted, today
from services.stats.usecases.comparing import compare
from services.stats.usecases.goals import standings
from services.stats.web.acting import scope_of
from services.stats.web.figure_tables import figure_table
from services.stats.web.places import sees_all


class FigureDoors:
    """For people and other systems; a caseworker's token opens the exact confidential figures."""

    app: Stats

    @door("GET", "/api/figures", allow=ANYONE, query=schemas.FiguresQuery(),
          answer=bodies.FiguresAnswer())
    def figures(self, call: Call) -> Any:
        """The figures of a period, programme, wing, street and owner; `by` adds its parts."""
        return kept(self.app, call, lambda: json_of(bodies.FiguresAnswer(), self._asked(call)))

    @door("GET", "/api/figures.<any(csv, xlsx):form>", allow=ANYONE, query=schemas.FiguresQuery(),
          gives=tuple(formats.KINDS.values()))
    def figure_sheet(self, call: Call, form: str) -> Response:
        """The same as a sheet: the whole in the first row, then the parts."""
        return kept(self.app, call, lambda: self._sheet(call, form))

    @door("GET", "/api/figures/compared", allow=ANYONE, query=bodies.ComparedQuery(),
          answer=bodies.ComparedAnswer())
    def compared_figures(self, call: Call) -> Any:
        """A day, month, quarter or year beside the one before (环比) and the year before (同比)."""
        return kept(self.app, call, partial(self._compared, call))

    @door("GET", "/api/goals", allow=ANYONE, query=bodies.GoalsQuery(),
          answer=bodies.GoalAnswer(many=True))
    def goals(self, call: Call) -> Any:
        """The goals (年度目标) of programmes and how far they have come."""
        year = call.query["year"]
        asked = [goal for goal in self.app.goals if year in (None, goal.year)]
        with available():
            found = standings(self.app, asked)
        return [{**vars(one.goal), **vars(one), "percent": one.percent} for one in found]

    def _asked(self, call: Call) -> dict[str, Any]:
        scope, by = scope_of(self.app, call), call.query["by"]
        with available():
            found = counted(self.app, exact=sees_all(call))
            parts = found.parts(scope, by) if by else {}
            whole = found.figures(scope)
        shown = [{"name": name, **_shown(part)} for name, part in parts.items()]
        return {**_days(scope), **_shown(whole), "by": by, "parts": shown if by else None}

    def _sheet(self, call: Call, form: str) -> Response:
        asked = self._asked(call)
        name = f"figures-{asked['as_of']:%Y%m%d}"
        return sheet(form, name, figure_table(asked))

    def _compared(self, call: Call) -> Response:
        scope = scope_of(self.app, call)
        period = period_of(call.query["unit"], scope.as_of, today=today(self.app))
        with available():
            found = compare(counted(self.app, exact=sees_all(call)), period, scope)
        answer = {**vars(found), **_shown(found.figures)}
        return json_of(bodies.ComparedAnswer(), answer)


def _days(scope: Scope) -> dict[str, Any]:
    return {"as_of": scope.as_of, "since": scope.since}


def _shown(found: Figures) -> dict[str, Any]:
    return {
        "figures": found.values, "suppressed": found.suppressed, "left_out_of": found.partial,
        "fixed_minutes": fixed_minutes(found), "served_methods": found.methods,
    }
