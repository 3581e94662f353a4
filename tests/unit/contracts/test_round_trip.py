"""Whatever can be told can be written, carried as JSON and read back unchanged."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import Fact, InvalidFact, read, write
from contracts.event import record_of_fact
from contracts.export.files import facts
from contracts.forms import LARGEST_INTEGER, Form, Record
from contracts.schema import schema_of

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001  (the zone is drawn apart)
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=offsets,
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
pytestmark = pytest.mark.slow  # every fact with a hundred made-up messages


def values(form: Form) -> st.SearchStrategy[Any]:
    schema = form.schema
    if "anyOf" in schema:
        return st.none() | values(Form(form.write, form.read, schema["anyOf"][0], form.record))
    if form.record:
        return records(form.record)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "array":
        return st.lists(texts, max_size=4).map(tuple)
    return {
        "date": st.dates(),
        "date-time": moments,
        "string": texts,
        "integer": st.integers(-LARGEST_INTEGER, LARGEST_INTEGER),
        "boolean": st.booleans(),
    }[schema.get("format", schema["type"])]


def records(record: Record) -> st.SearchStrategy[Any]:
    return st.builds(record.cls, **{name: values(form) for name, form in record.forms.items()})


every_fact = pytest.mark.parametrize("cls", facts(), ids=lambda cls: cls.key)


@every_fact
@settings(max_examples=15, deadline=None)
@given(draw=st.data())
def test_any_fact_comes_back_as_it_was_told(cls: type[Fact], draw: st.DataObject) -> None:
    told = draw.draw(records(record_of_fact(cls)))

    assert read(cls.key, json.loads(json.dumps(write(told)))) == told


@every_fact
@settings(max_examples=15, deadline=None)
@given(draw=st.data())
def test_marshmallow_reads_the_same_as_the_quick_way(cls: type[Fact], draw: st.DataObject) -> None:
    told = draw.draw(records(record_of_fact(cls)))

    assert schema_of(cls)().load(write(told)) == told


@every_fact
@settings(max_examples=25, deadline=None)
@given(draw=st.data())
def test_whatever_is_sent_is_read_or_refused_by_name(cls: type[Fact], draw: st.DataObject) -> None:
    names = list(record_of_fact(cls).forms)
    told = write(draw.draw(records(record_of_fact(cls))))
    told |= draw.draw(st.dictionaries(st.sampled_from(names), anything, min_size=1))

    try:
        heard = read(cls.key, told)
    except InvalidFact as refused:
        assert refused.errors
        assert refused.errors.keys() <= set(names)
    else:
        assert read(cls.key, write(heard)) == heard
