"""The audit log: chained rows in the commit of the change, without words of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from kernel.answers import Once
from kernel.audit.act import Act, Kind, acting, current
from kernel.audit.auditor import Auditor
from kernel.audit.book import FRESH, HEAD, ROWS, Book, Wanted
from kernel.audit.row import row_of
from kernel.clock import FixedClock
from kernel.group_commit import GroupCommit
from kernel.memory import memory_database
from kernel.transaction import Transaction, Transactions

NOW = datetime(2021, 9, 30, 11, 30, tzinfo=UTC)


def act(by: str = "li", kind: Kind = "changed", place: str = "POST /staff/x") -> Act:
    return Act(kind=kind, by=by, what="decide", place=place, address="10.0.0.1", correlation="c-1")


class Office:
    """Changes under acts, on a database in memory."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.database = memory_database()
        self.transactions = Transactions(self.database, source="/xiangxin/x", clock=self.clock)
        self.book = Book(self.database)

    def decide(self, one: Act | None, state: Any = "approved") -> None:
        def work(transaction: Transaction) -> None:
            self.database["things"].insert_one({}, session=transaction.session)
            transaction.note({"state": "waiting"}, {"state": state})

        with acting(one):
            self.transactions.run(work)

    def rows(self) -> list[dict[str, Any]]:
        return self.book.since(0, limit=1000)

    def faults(self) -> list[str]:
        return list(self.book.faults())


def office(rows: int = 0) -> Office:
    made = Office()
    for number in range(rows):
        made.decide(act(f"member-{number}"))
    return made


def test_a_change_under_an_act_says_who_what_when_where_before_and_after() -> None:
    there = office()
    there.decide(act())
    [row] = there.rows()
    told = {name: row[name] for name in ("number", "at", "by", "kind", "what", "place", "address",
                                         "correlation", "before", "after")}
    assert told == {
        "number": 1, "at": NOW, "by": "li", "kind": "changed", "what": "decide",
        "place": "POST /staff/x", "address": "10.0.0.1", "correlation": "c-1",
        "before": {"state": "waiting"}, "after": {"state": "approved"},
    }


def test_what_nobody_of_the_staff_does_leaves_no_row() -> None:
    there = office()
    there.decide(None)
    assert there.rows() == [] and there.book.head()["number"] == 0
    assert current() is None


def test_a_change_that_fails_leaves_no_row_and_a_row_that_fails_no_change() -> None:
    there = office()

    def fail(transaction: Transaction) -> None:
        there.database["things"].insert_one({}, session=transaction.session)
        raise ValueError

    with pytest.raises(ValueError), acting(act()):
        there.transactions.run(fail)
    there.database[FRESH].insert_one({"_id": "taken"})
    cramped = Transactions(there.database, source="/x", clock=there.clock, ids=lambda: "taken")
    with pytest.raises(DuplicateKeyError), acting(act()):
        cramped.run(lambda within: there.database["things"].insert_one({}, session=within.session))
    assert there.database["things"].count_documents({}) == 0 and there.rows() == []


def test_what_was_done_before_and_is_only_answered_again_leaves_no_second_row() -> None:
    there = office()
    for _ in range(2):
        with acting(act()):
            there.transactions.answer(Once("key", "print"), lambda _: {"done": True})
    assert len(there.rows()) == 1


def test_looking_leaves_no_row() -> None:
    there = office()
    with acting(act()):
        assert there.transactions.look(lambda _: 7) == 7
    assert there.rows() == []


def test_who_leads_a_group_is_not_said_to_have_done_what_the_others_did() -> None:
    there = office()

    def commit(items: list[int]) -> list[int]:
        there.transactions.run(lambda _: None)
        return items

    with acting(act()):
        assert GroupCommit(commit).submit(5) == 5
        assert current() is not None
    assert there.rows() == []


def test_a_row_whose_process_was_killed_before_the_link_is_linked_by_the_next_act() -> None:
    there = office(1)
    killed = row_of(act("killed"), before={}, after={})
    there.book.write("a", killed, now=NOW - timedelta(seconds=1), session=None)
    assert there.book.waiting() == 1 and len(there.rows()) == 1
    there.decide(act())
    assert [row["by"] for row in there.rows()] == ["member-0", "killed", "li"]
    assert there.book.waiting() == 0 and there.faults() == []


def test_a_chain_that_cannot_be_linked_now_does_not_undo_the_change() -> None:
    there = office()
    there.database[ROWS].insert_one({"_id": 1})  # the next place is taken for good
    there.transactions._deadline = 0.01
    there.decide(act())
    assert there.database["things"].count_documents({}) == 1 and there.book.waiting() == 1


@pytest.mark.parametrize("told", ["王小明", "13900000001", "李 13900000001", "Wang Xiaoming",
                                  "11010519491231002X"])
def test_c_30_neither_words_of_a_person_nor_numbers_get_into_a_row(told: str) -> None:
    row = row_of(act(place=f"GET /staff/volunteers/{told}"), before={"was": told},
                 after={"is": told, "minutes": 90, "left": None, "when": NOW})
    kept = str(row if "Wang" not in told else row["after"])
    for secret in ("王小明", "13900000001", "00000001", "李", "19491231002X", "Wang"):
        assert secret not in kept
    assert row["after"]["minutes"] == 90 and row["after"]["when"] == NOW.isoformat()


def test_codes_and_references_stay_as_they_are() -> None:
    after = {"person_ref": "0f" * 16, "state": "over_daily_limit", "at": "2021-09-30"}
    assert row_of(act(), before={}, after=after)["after"] == after


Tamper = Callable[[Any], object]


@pytest.mark.parametrize(("tamper", "fault"), [
    (lambda it: it[ROWS].update_one({"_id": 3}, {"$set": {"by": "wang"}}), "row 3: was changed"),
    (lambda it: it[ROWS].update_one({"_id": 3}, {"$set": {"after.state": "refused"}}),
     "row 3: was changed"),
    (lambda it: it[ROWS].update_one({"_id": 3}, {"$unset": {"address": ""}}), "row 3: was changed"),
    (lambda it: it[ROWS].delete_one({"_id": 3}), "row 3: missing"),
    (lambda it: it[ROWS].delete_many({"_id": {"$in": [1, 2]}}), "row 1 to 2: missing"),
    (lambda it: it[ROWS].delete_one({"_id": 5}), "row 5: missing at the end"),
    (lambda it: it[HEAD].delete_one({}), "row 1 to 5: added at the end"),
    (lambda it: it[HEAD].update_one({}, {"$set": {"hash": "0" * 64}}), "the head does not name"),
    (lambda it: it[ROWS].insert_one({**it[ROWS].find_one({"_id": 5}), "_id": 6}),
     "row 6: says that it is number 5"),
])
def test_a_changed_missing_or_added_row_is_found_with_its_place(tamper: Tamper,
                                                                fault: str) -> None:
    there = office(5)
    assert there.faults() == []
    tamper(there.database)
    assert any(each.startswith(fault) for each in there.faults()), there.faults()


def test_a_row_that_was_replaced_with_a_hash_of_its_own_does_not_fit_the_next() -> None:
    there, other = office(5), office(2)
    other.decide(act("somebody-else"))
    forged = other.rows()[2]
    there.database[ROWS].replace_one({"_id": 3}, forged)
    assert there.faults() == ["row 4: does not follow row 3 as it is: one of the two was replaced"]


def test_a_chain_made_anew_is_found_by_a_hash_that_was_written_down() -> None:
    there, other = office(5), Office()
    seen = there.rows()[3]["hash"]
    for number in range(5):
        other.decide(act(f"forger-{number}"))
    assert other.faults() == []
    assert there.book.hash_of(4) == seen != other.book.hash_of(4)
    assert there.book.hash_of(9) is None


def test_rows_are_found_by_account_kind_and_time_the_newest_first() -> None:
    there = office(3)
    there.clock.advance(timedelta(days=1))
    there.decide(act("li", "read"))
    latest = [row["number"] for row in there.book.latest(Wanted(), skip=1, limit=2)]
    assert latest == [3, 2]

    def found(**wanted: Any) -> list[int]:
        rows = there.book.latest(Wanted(**wanted), skip=0, limit=9)
        return [row["number"] for row in rows]

    assert found(by="member-1") == [2] and found(kind="read") == [4]
    assert found(since=NOW + timedelta(hours=1)) == [4]
    assert found(until=NOW + timedelta(hours=1)) == [3, 2, 1]


def test_a_flood_of_refusals_fills_no_log_and_hides_no_sign_in(
        caplog: pytest.LogCaptureFixture) -> None:
    there = office()
    auditor = Auditor(there.database, "x")
    for _ in range(30):
        auditor.tell(act("", "refused"))
        auditor.tell(act("li", "signed_in"))
    kinds = [row["kind"] for row in there.rows()]
    assert (kinds.count("refused"), kinds.count("signed_in")) == (20, 30)
    assert caplog.text.count("not in the audit log: refused at decide") == 10
