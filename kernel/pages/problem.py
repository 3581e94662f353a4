"""The page a person sees when a door refuses and no page of the service says it better."""

from __future__ import annotations

from functools import cache

from werkzeug.wrappers import Response

from kernel.pages.render import TEMPLATES, Pages
from kernel.web.problem import Refused, extra_headers, title


@cache
def _pages() -> Pages:
    return Pages(TEMPLATES)


def problem_page(refused: Refused) -> Response:
    """Title, detail and code; status and headers as the problem document would have."""
    problem = refused.problem
    page = _pages().render(
        "problem.html", status=problem.status, number=problem.status, code=problem.code,
        title=title(problem), detail=refused.detail,
    )
    for name, value in extra_headers(refused):
        page.headers.set(name, value)
    return page
