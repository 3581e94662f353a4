"""Templates as staff look at them: lengths, the confidential form beside, codes (N-20, N-22)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.axe import barriers
from tests.e2e.browser import DESK, PHONE, WIDE, open_page
from tests.rig.messages import Messages, open_messages
from tests.rig.office import LI_TOKEN

PAGES = ("/staff/templates", "/staff/templates/moved@1", "/staff/templates/notice@1")


@pytest.fixture(scope="module")
def desk(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Messages]:
    """The doors, with codes of one provider."""
    folder = tmp_path_factory.mktemp("templates")
    codes = folder / "codes.toml"
    codes.write_text(
        '[tencent]\nlongest = 6\n[tencent.codes]\n"moved@1.short" = "1000001"\n', "utf-8")
    with open_messages(mongodb_uri, folder, TEMPLATE_CODES=str(codes)) as opened:
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_n_22_a_template_is_shown_with_its_segments_beside_the_confidential_one(
    browser: Browser, desk: Messages, scripts: bool
) -> None:
    page = open_page(browser, desk.address, size=DESK, scripts=scripts, token=LI_TOKEN)
    page.goto("/staff/templates")
    page.get_by_role("link", name="场次变动", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("场次变动")
    expect(page.get_by_text("最少 1 条，最多 3 条").first).to_be_visible()
    expect(page.get_by_text("你的预约有变动").first).to_be_visible()
    expect(page.get_by_text("1000001")).to_be_visible()
    page.get_by_role("link", name="看这一份").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("（保密）")
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESK, WIDE], ids=lambda size: str(size["width"]))
def test_no_page_of_templates_has_barriers_or_is_wider_than_the_screen(
    browser: Browser, desk: Messages, size: dict[str, int]
) -> None:
    page = open_page(browser, desk.address, size=size, token=LI_TOKEN)
    found: dict[str, object] = {}
    for address in PAGES:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        found[address] = [*barriers(page), *(["too wide"] if wide else [])]
    page.context.close()
    assert found == {address: [] for address in PAGES}
