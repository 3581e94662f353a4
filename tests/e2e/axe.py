"""Barriers that axe-core finds on a page: WCAG 2.2 AA and what is good practice beside it."""

from __future__ import annotations

from playwright.sync_api import Page

from ops.setup.assets import AXE

RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(rule =>
    rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}"""


def barriers(page: Page) -> list[str]:
    """One line for each element with a barrier, empty when there is none."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found
