"""Stars at the doors of a real process on a real database: C-24, C-17."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from kernel.clock import local_day, system_clock
from services.volunteers.service import build
from services.volunteers.usecases.stars.weighing import weigh_all
from tests.rig.events import STAFF
from tests.rig.hours import Volunteers, open_hours

LI, WANG = ({"Authorization": f"Bearer {name}-only-for-tests"} for name in ("li", "wang"))
SCHEME = "valid_from = 2021-01-01\ntiers = [{stars = 1, hours = 3}]\n"


@pytest.fixture(scope="module")
def service(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volunteers]:
    folder: Path = tmp_path_factory.mktemp("stars")
    (folder / "scheme.toml").write_text(SCHEME)
    members = "li:li-only-for-tests,wang:wang-only-for-tests:p1"
    with open_hours(mongodb_uri, folder, STARS_DIR=str(folder),
                         STAFF_TOKENS=members) as opened:
        yield opened


def weigh(service: Volunteers) -> list[int]:
    """Four replicas look at the same moment; how much each of them changed."""
    each = [build(service.settings) for _ in range(4)]
    today = local_day(system_clock())
    with ThreadPoolExecutor(4) as replicas:
        changed = list(replicas.map(lambda parts: weigh_all(parts.stars, today), each))
    for parts in each:
        parts.close()
    return changed


def decide(service: Volunteers, name: str, who: dict[str, str],
           decision: str = "approved") -> requests.Response:
    return requests.post(f"{service.address}/api/stars/{name}/decision", headers=who, timeout=20,
                         json={"decision": decision, "reason": "属实"})


def test_c_24_one_proposal_from_many_replicas_decided_by_somebody_else(
    service: Volunteers,
) -> None:
    service.serve("p1", "测试甲", days=2)
    assert sum(weigh(service)) == 1
    address = f"{service.address}/api/stars"
    [listed] = requests.get(address, headers=STAFF, timeout=20).json()
    assert (listed["id"], listed["kind"], listed["stars"]) == ("p1.1", "award", 1)
    assert requests.get(address, timeout=20).status_code == 401
    own = decide(service, "p1.1", WANG)
    assert (own.status_code, own.json()["code"]) == (403, "self_concerned")
    assert decide(service, "p1.1", LI, "maybe").json()["errors"] == {
        "decision": ["approved 或 refused"]}
    assert decide(service, "p1.1", LI).json() == {"id": "p1.1", "state": "approved", "stars": 1}
    assert decide(service, "p1.1", LI).json()["code"] == "already_decided"
    shown = requests.get(f"{service.address}/api/people/p1/stars", timeout=20).json()
    assert (shown["stars"], shown["hours"], shown["next"]) == (1, 3, None)
    assert "checker" not in shown["proposals"][0] and "reason" not in shown["proposals"][0]


def test_c_24_a_correction_leads_to_a_review_and_takes_nothing_by_itself(
    service: Volunteers,
) -> None:
    service.serve("p2", "测试乙", days=2)
    weigh(service)
    decide(service, "p2.1", LI)
    service.correct("p2-1", "p2", 60)
    assert sum(weigh(service)) == 1
    address = f"{service.address}/api/people/p2/stars"
    shown = requests.get(address, timeout=20).json()
    assert (shown["stars"], shown["proposals"][0]["kind"]) == (1, "review")
    decide(service, "p2.2", LI)
    assert requests.get(address, timeout=20).json()["stars"] == 0
    assert requests.post(address, headers=LI, timeout=20).json()["code"] == "nothing_to_propose"
