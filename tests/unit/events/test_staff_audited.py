"""What staff decide about sign-ups is in the audit log, party by party, and never in names."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kernel.audit.act import Act, acting
from kernel.audit.book import Book
from services.events.usecases import changing, deciding
from services.events.usecases.book import Caller
from services.events.usecases.people import set_qualifications
from tests.unit.events.builders import Town

STAFF = Caller(staff=True, address=None)


def act(by: str) -> Act:
    return Act(kind="changed", by=by, what="decide", place="POST /staff/decisions")


def rows(town: Town) -> list[dict[str, Any]]:
    return Book(town.database).since(0, limit=100)


def test_each_party_of_a_form_that_decides_on_many_has_a_row_of_its_own(town: Town) -> None:
    session_id = town.session(mode="approval", capacity=9)
    ids = [str(town.sign_up(session_id, number)["registration_id"]) for number in (1, 2, 3)]
    assert rows(town) == []
    for _ in range(2):  # sent again, the form decides nothing and leaves nothing
        with acting(act("li")):
            deciding.decide_all(town.app, ids, "approve", note="欢迎测试0001", key="form",
                                caller=STAFF)
    told = [(row["by"], row["before"]["status"], row["after"]["status"],
             row["after"]["registration_id"]) for row in rows(town)]
    assert told == [("li", "pending_approval", "confirmed", id) for id in ids]
    assert "测试" not in str(rows(town)) and "1390000" not in str(rows(town))


def test_changes_that_wait_in_one_line_are_each_said_of_who_made_them(town: Town) -> None:
    session_id = town.session(mode="approval", capacity=9)
    ids = [str(town.sign_up(session_id, number)["registration_id"]) for number in range(1, 7)]

    def approve(number: int) -> None:
        with acting(act(f"member-{number}")):
            changing.decide(town.app, ids[number], decision="approve", note="", persons=None,
                            caller=STAFF)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(approve, range(6)))
    assert {row["by"]: row["after"]["registration_id"] for row in rows(town)} == {
        f"member-{number}": id for number, id in enumerate(ids)}


def test_a_residents_own_change_is_no_act_of_the_staff(town: Town) -> None:
    made = town.sign_up(town.session(), 1)
    town.cancel(made["registration_id"])
    assert rows(town) == []


def test_what_somebody_is_qualified_for_is_kept_as_keys(town: Town) -> None:
    ref = town.sign_up(town.session(), 1)["party"][0]
    with acting(act("wang")):
        set_qualifications(town.app, ref, ["driver", "lifeguard"])
    [row] = rows(town)
    assert row["after"] == {"person_ref": ref, "qualifications": "driver,lifeguard"}
