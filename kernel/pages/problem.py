"""The page a person sees when a door refuses and no page of the service says it better."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.pages.render import TEMPLATES, Pages
from kernel.web.access import NEEDED
from kernel.web.problem import Refused, extra_headers, title
from kernel.web.returning import asked_path

SIGN_IN = "/staff"
_MENDED_BY_SIGNING_IN = frozenset({"token_required", *(each.code for each in NEEDED.values())})


@cache
def _pages() -> Pages:
    return Pages(TEMPLATES)


def problem_page(refused: Refused, environ: Mapping[str, Any] | None = None) -> Response:
    """Title, detail and code; status and headers as the problem document would have.

    With `environ`, which a service with a sign-in page passes, who is refused for want of a token
    is shown the way there and back to what was asked for.
    """
    problem = refused.problem
    sign_in = None
    if environ is not None and problem.code in _MENDED_BY_SIGNING_IN:
        back = asked_path(environ)
        sign_in = f"{SIGN_IN}?{urlencode({'next': back})}" if back else SIGN_IN
    page = _pages().render(
        "problem.html", status=problem.status, number=problem.status, code=problem.code,
        title=title(problem), detail=refused.detail, sign_in=sign_in,
    )
    for name, value in extra_headers(refused):
        page.headers.set(name, value)
    return page
