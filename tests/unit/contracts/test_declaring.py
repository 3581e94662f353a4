"""A declaration that does not hold together fails at import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from contracts import CATALOGUE, Fact, fact, json_schema, read, write

KEY = "tests.lamp_lit.v1"


@pytest.fixture(autouse=True)
def catalogue_as_before() -> Iterator[None]:
    yield
    CATALOGUE.pop(KEY, None)


def declare(annotations: dict[str, Any], subject: str = "lamp/{lamp_id}", key: str = KEY) -> Any:
    cls = type("LampLit", (Fact,), {"__annotations__": annotations, "__doc__": "A lamp was lit."})
    return fact(key, subject=subject)(cls)


def test_a_declared_fact_is_in_the_catalogue_and_travels() -> None:
    lamp_lit = declare({"lamp_id": str, "colour": Literal["red", "green"]})

    told = lamp_lit(lamp_id="l1", colour="red")

    assert CATALOGUE[KEY] is lamp_lit
    assert read(KEY, write(told)) == told
    assert told.subject() == "lamp/l1"
    assert not lamp_lit.private


def test_its_json_schema_says_what_is_required_and_allows_more() -> None:
    schema = json_schema(declare({"lamp_id": str, "level": int | None}))

    assert schema == {
        "type": "object",
        "properties": {
            "lamp_id": {"type": "string"},
            "level": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "required": ["lamp_id", "level"],
    }


@pytest.mark.parametrize("type_", [float, list[str], dict[str, str], int | str, Any, Literal[1]])
def test_a_type_that_facts_do_not_use_is_refused(type_: Any) -> None:
    with pytest.raises(TypeError, match="is not a type of facts"):
        declare({"lamp_id": str, "other": type_})


def test_a_value_that_could_change_is_refused() -> None:
    @dataclass
    class Bulb:
        watts: int

    with pytest.raises(TypeError, match="Bulb must be a frozen dataclass"):
        declare({"lamp_id": str, "bulb": Bulb})


@pytest.mark.parametrize("key", ["lamp_lit.v1", "tests.LampLit.v1", "tests.lamp_lit", "tests.x.v0"])
def test_a_key_that_reads_otherwise_is_refused(key: str) -> None:
    with pytest.raises(TypeError, match="must read like"):
        declare({"lamp_id": str}, key=key)


def test_a_key_declared_twice_is_refused() -> None:
    declare({"lamp_id": str})

    with pytest.raises(TypeError, match="declared twice"):
        declare({"lamp_id": str})


@pytest.mark.parametrize("subject", ["lamp", "lamp/{other}", "lamp/{level}", "lamp/{lamp_id.x}"])
def test_a_subject_that_names_no_text_field_is_refused(subject: str) -> None:
    with pytest.raises(TypeError, match="the subject"):
        declare({"lamp_id": str, "level": int}, subject=subject)


def test_only_a_subclass_of_fact_is_declared() -> None:
    with pytest.raises(TypeError, match="must be a subclass of Fact"):
        fact(KEY, subject="x/{y}")(str)  # type: ignore[type-var]
