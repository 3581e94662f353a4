"""The stream of the wall with many viewers, one of whom stops reading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rig.stats import Office, open_office
from tests.rig.viewers import open_viewers
from tests.unit.stats.builders import a_session, closed, credited, published


@pytest.fixture
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, tmp_path_factory.mktemp("live")) as opened:
        opened.fold([published(), closed(served=40), credited("p0")])
        yield opened


def test_one_who_stops_reading_delays_nobody(office: Office) -> None:
    with open_viewers(office.process.address, 40, stuck=2) as viewers:
        for number in range(1, 9):  # far more than the buffers between hold for who does not read
            long = f"{number}" * 30_000
            office.fold([closed(a_session(number + 10, title=long), served=1),
                         credited(f"q{number}")])
            wanted = f'"figure": {number + 1}, "unit": "人"'.encode()

            assert viewers.pump(wanted, within=30) == 40
