"""What may leave: public facts with what their contract declares, looked at twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import contracts
from contracts.event import CATALOGUE
from kernel.envelope import SEALED, parse
from services.city.domain.broken import NotPublic
from services.city.usecases import leaving as room
from services.city.usecases.leaving import leaving
from tests.unit.city.builders import told

EXAMPLES = Path(contracts.__file__).parent / "examples"
GOLDEN = {path.name: path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.json"))}


@pytest.mark.parametrize("name", GOLDEN)
def test_every_golden_example_leaves_if_it_is_public(name: str) -> None:
    envelope = parse(GOLDEN[name])

    if CATALOGUE[envelope.type].private:
        with pytest.raises(NotPublic):
            leaving(envelope)
    else:
        assert json.loads(leaving(envelope).body)["id"] == envelope.id


def test_what_the_contract_does_not_name_stays_here() -> None:
    envelope = told("one")
    envelope.data["phone"] = "13900000001"

    left = leaving(envelope)

    assert "13900000001" not in left.body
    assert json.loads(left.body)["data"]["visit_id"] == "one"


def test_what_is_sealed_or_unknown_stays_here() -> None:
    for envelope in (told("one", data={SEALED: "AAAA"}), told("one", type="events.nothing.v1")):
        with pytest.raises(NotPublic):
            leaving(envelope)


def test_a_subject_that_says_something_else_stays_here() -> None:
    with pytest.raises(NotPublic, match="subject") as refused:
        leaving(told("one", subject="person/13900000001"))

    assert "13900000001" not in str(refused.value)


@pytest.mark.parametrize("added", [{"phone": "13900000001"}, {"visit_id": 7}])
def test_the_second_look_finds_what_the_first_would_have_let_through(
    added: dict[str, object]
) -> None:
    envelope = told("one")
    envelope.data.update(added)

    with pytest.raises(NotPublic, match="schema"):
        room._looked_at_again(envelope.to_json())
