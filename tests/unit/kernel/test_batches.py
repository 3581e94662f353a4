"""Who gets which fate when a batch fails."""

from __future__ import annotations

from datetime import UTC, date, datetime

from contracts.events import VisitRecorded
from kernel.consume.batch import Heard, judge
from kernel.consume.fate import Done, Held, Later, Parked, Past, Permanent
from kernel.envelope import Envelope, wrap
from kernel.mongo import Unavailable

NOON = datetime(2021, 9, 1, 4, 0, tzinfo=UTC)


def heard(tag: int) -> Heard:
    told = VisitRecorded(
        visit_id=str(tag),
        programme="test-programme",
        street="test-street",
        household_ref="h1",
        day=date(2021, 9, 1),
    )
    envelope = wrap(told, id=f"e{tag}", source="/tests", sequence=1, time=NOON)
    return Heard(tag=tag, envelope=envelope, past=Past(), body=b"")


class Handler:
    """Raises what is planned for an event id; remembers what it was given."""

    def __init__(self, **errors: Exception) -> None:
        self.errors = errors
        self.given: list[list[str]] = []

    def __call__(self, envelopes: list[Envelope]) -> None:
        self.given.append([one.id for one in envelopes])
        for one in envelopes:
            if one.id in self.errors:
                raise self.errors[one.id]


def fates(handler: Handler, count: int) -> list[tuple[list[int], object]]:
    judged = judge(handler, [heard(tag) for tag in range(count)], rungs=4)
    return [([one.tag for one in ones], fate) for ones, fate, _ in judged]


def test_a_batch_that_works_is_done_together() -> None:
    handler = Handler()

    assert fates(handler, 3) == [([0, 1, 2], Done())]
    assert handler.given == [["e0", "e1", "e2"]]


def test_when_a_batch_fails_each_is_tried_alone() -> None:
    handler = Handler(e1=Permanent("no"))

    assert fates(handler, 3) == [([0], Done()), ([1], Parked("permanent: no")), ([2], Done())]
    assert handler.given == [["e0", "e1", "e2"], ["e0"], ["e1"], ["e2"]]


def test_one_message_alone_is_not_tried_twice() -> None:
    handler = Handler(e0=ValueError())

    [(tags, fate)] = fates(handler, 1)

    assert tags == [0] and isinstance(fate, Later) and len(handler.given) == 1


def test_when_the_database_is_away_the_whole_batch_is_kept() -> None:
    handler = Handler(e1=Unavailable("away"))

    assert fates(handler, 3) == [([0, 1, 2], Held())]
    assert len(handler.given) == 1


def test_what_comes_after_a_held_one_is_not_tried() -> None:
    handler = Handler(e0=ValueError(), e1=Unavailable("away"))
    first = Handler(e2=ValueError())

    def work(envelopes: list[Envelope]) -> None:
        (first if len(envelopes) > 1 else handler)(envelopes)

    judged = list(judge(work, [heard(0), heard(1), heard(2)], rungs=4))

    assert [([one.tag for one in ones], type(fate)) for ones, fate, _ in judged] == [
        ([0], Later),
        ([1], Held),
    ]


def test_a_caller_that_stops_asking_leaves_the_rest_untouched() -> None:
    handler = Handler(e0=ValueError())

    next(iter(judge(handler, [heard(0), heard(1)], rungs=4)))

    assert handler.given == [["e0", "e1"], ["e0"]]
