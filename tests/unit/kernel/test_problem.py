"""Problems: from what went wrong to status, code and words."""

from __future__ import annotations

import json

from marshmallow import Schema, ValidationError, fields

from kernel.web.problem import Problem, Refused, flat, invalid_input, refusal, reply


class Full(Exception):
    """A rule."""


class FullForParty(Full):
    """A special case that names fields."""

    errors = {"party.1": ["没有名额"]}  # noqa: RUF012


class Guest(Schema):
    phone = fields.String(required=True)


class Party(Schema):
    party = fields.List(fields.Nested(Guest))


TABLE: dict[type[Exception], Problem] = {Full: Problem(409, "full", "名额已满")}


def test_nested_faults_are_named_with_dots() -> None:
    try:
        Party().load({"party": [{"phone": "13900000000"}, {}], "extra": 1})
    except ValidationError as exc:
        found = dict(flat(exc.normalized_messages()))
    assert set(found) == {"party.1.phone", "extra"}
    assert all(isinstance(reasons, list) for reasons in found.values())


def test_a_fault_of_the_whole_body_has_a_name_too() -> None:
    assert dict(flat({"_schema": ["wrong"]})) == {"body": ["wrong"]}
    assert dict(flat({"party": {0: {"_schema": ["wrong"]}}})) == {"party.0": ["wrong"]}


def test_a_special_case_falls_back_to_the_row_of_its_base() -> None:
    found = refusal(FullForParty("满了"), TABLE)
    assert found is not None
    assert (found.problem.code, found.detail, found.errors) == (
        "full", "满了", {"party.1": ["没有名额"]}
    )


def test_the_nearest_row_wins_whatever_the_order_of_the_table() -> None:
    any_row, special = Problem(400, "any"), Problem(410, "special")
    table: dict[type[Exception], Problem] = {Exception: any_row, **TABLE, FullForParty: special}
    found = refusal(FullForParty(), table)
    assert found is not None and found.problem.code == "special"


def test_what_the_table_does_not_know_is_nobodys_problem() -> None:
    assert refusal(KeyError("13900000000"), TABLE) is None


def test_a_problem_document_has_the_members_of_the_standard_and_ours() -> None:
    status, headers, body = reply(invalid_input({"phone": ["bad"]}))
    assert status == 422 and ("Content-Type", "application/problem+json") in headers
    assert json.loads(body) == {
        "type": "urn:xiangxin:problem:invalid_input", "title": "填写的内容有误", "status": 422,
        "code": "invalid_input", "errors": {"phone": ["bad"]},
    }


def test_503_always_says_when_to_come_back() -> None:
    assert ("Retry-After", "2") in reply(Refused(Problem(503, "unavailable")))[1]
