"""Pages of published briefs for everybody, and the same briefs as files."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.pages import Pages
from kernel.sheets.formats import KINDS
from kernel.web import ANYONE, Call, door
from kernel.web.files import aside, file, sheet
from services.stats.domain.figures import Scope
from services.stats.paper import sheet as tables_of
from services.stats.paper.rows import Titles
from services.stats.schemas.briefs import ShelfQuery
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import programmes_of
from services.stats.usecases.briefing import looking
from services.stats.web.opening import no_way, ways
from services.stats.web.places import sees_all

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class BriefPages:
    """They work without JavaScript and show only what was signed."""

    app: Stats
    pages: Pages

    @door("GET", "/briefs", allow=ANYONE, query=ShelfQuery())
    def briefs_page(self, call: Call) -> Response:
        """Published briefs, newest first."""
        return self.pages.render("briefs.html", call=call,
                                 shelf=looking.shelf(self.app, page=call.query["page"]))

    @door("GET", "/briefs/<int:serial>", allow=ANYONE)
    def brief_page(self, call: Call, serial: int) -> Response:
        """One edition with its exact figures, where it comes from, and what it revised."""
        found, programmes = looking.published(self.app, serial), programmes_of(self.app)
        content = found.edition.content
        within = Scope(since=content.since, as_of=content.as_of)
        way = ways(within, programmes, confidential=sees_all(call)) if call.staff else no_way
        return self.pages.render("brief.html", call=call, found=found, edition=found.edition,
                                 content=content, programmes=programmes, way=way)

    @door("GET", "/briefs/<int:serial>.xlsx", allow=ANYONE, gives=(KINDS["xlsx"],))
    def brief_sheet(self, call: Call, serial: int) -> Response:
        """The edition as a sheet."""
        edition = looking.published(self.app, serial).edition
        return sheet("xlsx", f"brief-{serial}", *tables_of.tables(edition, self._titles()))

    @door("GET", "/briefs/<int:serial>.docx", allow=ANYONE, gives=(DOCX,))
    def brief_document(self, call: Call, serial: int) -> Response:
        """The edition as a document."""
        from services.stats.paper.document import document  # python-docx, only where it is asked

        edition = looking.published(self.app, serial).edition
        titles = self._titles()
        return file(aside(lambda: document(edition, titles)), DOCX, f"brief-{serial}.docx")

    def _titles(self) -> Titles:
        programmes = programmes_of(self.app)
        return Titles(
            programmes={key: one.title for key, one in programmes.items()},
            kinds={key: kind.reads_as for key, kind in self.app.templates.items()},
        )
