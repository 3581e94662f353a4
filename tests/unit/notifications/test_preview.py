"""What staff see of a template before and after its release: N-20, N-22."""

from __future__ import annotations

import pytest

from services.notifications.domain.text import cut, segments
from services.notifications.templates import Texts
from services.notifications.templates.codes import Account, Codes
from services.notifications.templates.preview import Preview, preview, previews, version_of
from services.notifications.templates.versions import current, versions

TEXTS = Texts("向心")
CODES = Codes({"tencent": Account(codes={"confirmed@1.short": "1000001"}, longest=6)})


def seen(reference: str) -> Preview:
    version = version_of(reference)
    assert version is not None
    return preview(TEXTS, CODES, version)


@pytest.mark.parametrize("reference", [one.reference for one in versions()])
def test_n_22_every_version_is_shown_with_its_fewest_and_most_segments(reference: str) -> None:
    shown = seen(reference)
    assert "".join(shown.parts) == shown.example
    assert list(shown.parts) == cut(shown.example)
    assert shown.least <= segments(shown.example) <= shown.most
    assert shown.limited or shown.most <= 3
    assert shown.example.startswith("【向心】") and "示例" not in shown.example


def test_n_22_the_longest_names_are_in_the_most() -> None:
    shown = seen("confirmed@1")
    assert (shown.least, shown.most) == (1, 2)
    text = TEXTS.signed("你已报名《" + "长" * 40 + "》，12月31日（周五）12:30，" + "远" * 40
                        + "，名额已确认。请提前到场签到。")
    assert segments(text) == shown.most


def test_n_20_codes_of_each_provider_stand_beside_the_forms() -> None:
    shown = seen("confirmed@1")
    assert dict(shown.codes["tencent"]) == {"confirmed@1.short": "1000001"}
    assert [form.reference for form in shown.forms][:2] == ["confirmed@1.full", "confirmed@1.short"]


def test_n_20_all_versions_in_force_are_listed_and_a_confidential_one_names_nothing() -> None:
    found = previews(TEXTS, CODES)
    assert {one.version.reference for one in found if one.in_force} == set(current().values())
    for one in found:
        if one.hidden:
            assert not any(word in one.example for word in ("马路", "大鹏", "活动", "None"))


def test_what_is_no_version_is_not_found() -> None:
    assert version_of("confirmed@99") is None and version_of("../released") is None
