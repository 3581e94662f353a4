"""Pages of figures: a period's figures for everybody, and for staff what each was added up from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.mongo import available
from kernel.pages import Pages
from kernel.web import ANYONE, VIEWER, Call, door
from services.stats.domain.counted import Counted
from services.stats.domain.figures import NAMES, Figures, Scope, fixed_minutes
from services.stats.domain.goal import latest, standing
from services.stats.domain.period import period_of
from services.stats.domain.programme import Programme
from services.stats.schemas.figures import FiguresPageQuery, SourcesPageQuery
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import counted, programmes_of, today
from services.stats.usecases.comparing import Compared, compare
from services.stats.web.acting import scope_of
from services.stats.web.opening import FIGURE, Way, asked_for, look_into, no_way, ways
from services.stats.web.places import of_scope, sees_all

SOURCE = {"session": "场次", "attendance": "到场", "visit": "走访", "redemption": "优惠",
          "work_item": "清单事项"}
BY = (("day", "日"), ("month", "月"), ("year", "年"), ("programme", "项目"), ("wing", "板块"),
      ("street", "街道"), ("owner", "归口"))
UNITS = (("day", "日"), ("month", "月"), ("quarter", "季度"), ("year", "年"))

Pairs = Sequence[tuple[str, str]]  # value and title


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the filters offer: the names that figures are told of."""

    programmes: Pairs
    wings: Pairs
    streets: Pairs
    owners: Pairs


class FigurePages:
    """They work without JavaScript; filters stand in the address."""

    app: Stats
    pages: Pages

    @door("GET", "/figures", allow=ANYONE, query=FiguresPageQuery())
    def figures_page(self, call: Call) -> Response:
        """The figures of a scope, its parts, and how they moved (同比, 环比)."""
        scope, query = scope_of(self.app, call), call.query
        with available():
            found = counted(self.app, exact=sees_all(call))
            parts = found.parts(scope, query["by"]) if query["by"] else {}
            period = period_of(query["unit"], scope.as_of, today=today(self.app))
            compared, whole = compare(found, period, scope), found.figures(scope)
            goals = [standing(found, goal, scope.as_of)
                     for goal in latest(self.app.goals, scope.as_of.year)
                     if scope.programme in (None, goal.programme)]
        within = replace(scope, since=period.first, as_of=period.until)
        return self.pages.render(
            "figures.html", call=call, scope=scope, query=query, whole=whole, parts=parts,
            shown=_shown(parts), fixed=fixed_minutes(whole), compared=compared, names=NAMES,
            moved=_moved(compared), goals=goals,
            way_of_year=_way(call, Scope(as_of=scope.as_of), found),
            way=_way(call, scope, found), way_then=_way(call, within, found),
            address=_address(call), sheets=urlencode({**asked_for(scope), **_by(query)}),
            choices=_choices(found), programmes=found.programmes, by_words=BY,
            by_title=dict(BY).get(query["by"]), units=UNITS,
        )

    @door("GET", f"/figures/{FIGURE}", allow=VIEWER, scope=of_scope, query=SourcesPageQuery(),
          audit="read")
    def sources_page(self, call: Call, name: str) -> Response:
        """What a figure was added up from, page by page, without names."""
        scope = scope_of(self.app, call)
        opened = look_into(self.app, call, name)
        with available():
            choices = _choices(counted(self.app, exact=sees_all(call)))
            programmes = programmes_of(self.app)
        asked = urlencode(asked_for(scope))
        pages = urlencode({**asked_for(scope), "limit": call.query["limit"]})
        after = urlencode({"after": opened.next}) if opened.next else ""
        return self.pages.render(
            "sources.html", call=call, scope=scope, name=name, opened=opened, asked=asked,
            pages=pages, after=after, is_first=call.query["after"] is None, choices=choices,
            programmes=programmes, kinds=SOURCE,
        )


def _way(call: Call, scope: Scope, found: Counted) -> Way:
    if not call.staff:
        return no_way
    return ways(scope, found.programmes, confidential=sees_all(call))


def _by(query: Mapping[str, Any]) -> dict[str, str]:
    return {"by": query["by"]} if query["by"] else {}


def _address(call: Call) -> str:
    """This page, for coming back to it after signing in."""
    query = call.environ.get("QUERY_STRING", "")
    return urlencode({"next": f"/figures?{query}" if query else "/figures"})


def _shown(parts: Mapping[str, Figures]) -> list[str]:
    """The figures that some part has; the others would be columns of dashes."""
    return [name for name in NAMES if any(
        part[name] is not None or name in part.suppressed for part in parts.values())]


def _moved(compared: Compared) -> list[str]:
    """The figures that one of the three periods has."""
    return [name for name in NAMES if any(value is not None for value in (
        compared.figures[name], compared.since_previous[name].before,
        compared.since_year_before[name].before))]


def _choices(found: Counted) -> Choices:
    known: list[Programme] = sorted(found.programmes.values(), key=lambda one: one.title)
    return Choices(
        programmes=[(one.key, one.title) for one in known],
        wings=_named({one.wing for one in known}), owners=_named({one.owner for one in known}),
        streets=_named({row.place.street for row in found.open_rows()}),
    )


def _named(names: set[str]) -> Pairs:
    return [(name, name) for name in sorted(names) if name]
