"""Members limited to programmes and streets open the figures of theirs, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.rights import ALL, EVERYTHING, ROLES, Rights, Scope
from kernel.web import Call
from services.stats.web.places import sees_all
from tests.places import is_let_in, only, placed

DOORS = placed("stats")
OURS, STREET = "road-angels", "大鹏"


@pytest.mark.parametrize(("limits", "asked", "is_in"), [
    (ALL, {}, True), (only(programme=OURS), {"programme": OURS}, True),
    (only(programme=OURS), {}, False), (only(programme=OURS), {"programme": "other"}, False),
    (only(street=STREET), {"programme": OURS, "street": STREET}, True),
    (only(street=STREET), {"programme": OURS}, False),
])
def test_sources_are_opened_within_ones_limits(limits: Scope, asked: dict[str, Any],
                                               is_in: bool) -> None:
    assert len(DOORS) == 3
    for one in DOORS:
        assert is_let_in(one, None, limits, {"name": "hours", "form": "csv"}, asked) == is_in


def test_a_caseworker_of_some_programmes_sees_no_exact_figures_of_all() -> None:
    trust = EVERYTHING | ROLES["caseworker"]
    assert sees_all(Call({}, rights=Rights(staff=True, permissions=trust)))
    limited = Rights(staff=True, permissions=trust, scope=only(programme=OURS))
    assert not sees_all(Call({}, rights=limited))
