"""Barriers that axe-core finds on a page: WCAG 2.2 AA and what is good practice beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from playwright.sync_api import Page

from ops.setup.assets import AXE
from tests.e2e.browser import WIDE

RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}"""


@cache
def _script() -> str:
    return AXE.read_text(encoding="utf-8")


def barriers_at(page: Page, sizes: Sequence[dict[str, int]]) -> list[str]:
    """Barriers of the page as it stands, and whether it is wider than the screen, at each size.

    On a wall a page of staff is what it is at a desk (test_styles), so it is not looked at again.
    """
    found = []
    for size in sizes:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than the screen of {size['width']}")
        if size != WIDE:
            found += [f"{each} (at {size['width']})" for each in barriers(page)]
    return found


def barriers(page: Page) -> list[str]:
    """One line for each element with a barrier, empty when there is none."""
    if page.evaluate("typeof axe") != "object":
        page.evaluate(_script())
    found: list[str] = page.evaluate(RUN)
    return found
