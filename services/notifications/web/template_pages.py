"""The console's pages of templates: all with their lengths, one beside its confidential form."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.web import OPERATOR, Call, Problem, Refused, door
from kernel.web.scope import of_all
from services.notifications.templates import preview as looking
from services.notifications.templates.preview import HIDDEN, Preview
from services.notifications.web.staff_page import StaffPage


class TemplatePages(StaffPage):
    """What is said, before it is released and after (N-20, N-22)."""

    @door("GET", "/staff/templates", allow=OPERATOR, scope=of_all)
    def templates_page(self, call: Call) -> Response:
        """Every version with the fewest and the most segments it takes."""
        found = looking.previews(self.app.texts, self.app.codes)
        return self.staff_page("templates.html", call, found=found,
                               providers=self.app.codes.providers)

    @door("GET", "/staff/templates/<string:reference>", allow=OPERATOR, scope=of_all)
    def template_page(self, call: Call, reference: str) -> Response:
        """One version with an example, cut as it is sent, and what providers say instead."""
        version = looking.version_of(reference)
        if version is None:
            raise Refused(Problem(404, "not_found"))
        shown = looking.preview(self.app.texts, self.app.codes, version)
        return self.staff_page("template.html", call, shown=shown, beside=self._beside(shown),
                               providers=self.app.codes.providers)

    def _beside(self, shown: Preview) -> Preview | None:
        """The open form of a confidential one, or the other way round, in force now."""
        name = shown.version.name
        other = name.removesuffix(HIDDEN) if shown.hidden else f"{name}{HIDDEN}"
        found = [one for one in looking.previews(self.app.texts, self.app.codes)
                 if one.version.name == other]
        return found[0] if found else None
