"""Calls at every door that OpenAPI names, made up by Schemathesis and mixed with real ids."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.events.seeded import Pool

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
REAL = 0.75  # of the places where an id may stand hold a real one


@dataclass
class Account:
    """How many calls were made, what was answered, and what must not have been: kind → example."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    doors: dict[str, set[int]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        told = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return f"{self.calls} calls ({told}), {len(self.faults)} kinds of fault"

    def unanswered(self, description: Mapping[str, Any]) -> dict[int, list[str]]:
        """Statuses that a door describes and never gave, with these doors."""
        missing: dict[int, list[str]] = {}
        for path, methods in description["paths"].items():
            for method, told in methods.items():
                door = f"{method.upper()} {path}"
                for status in {int(each) for each in told["responses"] if each.isdigit()}:
                    if status not in self.doors.get(door, set()):
                        missing.setdefault(status, []).append(door)
        return missing

    def never(self, description: Mapping[str, Any]) -> set[int]:
        """Statuses that doors describe and none of them ever gave."""
        return set(self.unanswered(description)) - set(self.statuses)


@dataclass
class Caller:
    """Calls with the caseworkers' token and judges the answers.

    `codes` open what is somebody's own, by the number in the path.
    """

    address: str
    token: str
    pool: Pool
    chance: Random
    codes: Mapping[str, str] = field(default_factory=dict)
    account: Account = field(default_factory=Account)
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, case: schemathesis.Case) -> None:
        """One call; faults are kept in the account, so that one does not hide another."""
        mix(case, self.pool, self.chance)
        headers = {"Authorization": f"Bearer {self.token}"}
        if code := self.codes.get((case.path_parameters or {}).get("volunteer_no", "")):
            headers["Volunteer-Code"] = code
        answer = case.call(base_url=self.address, session=self.session, headers=headers,
                           timeout=20, allow_redirects=False)
        self.account.calls += 1
        self.account.statuses[answer.status_code] += 1
        self.account.doors.setdefault(case.operation.label, set()).add(answer.status_code)
        try:
            case.validate_response(answer, checks=list(CHECKS))
        except FailureGroup as group:
            for each in group.exceptions:
                self._fault(case, each, answer)
        kind = (answer.headers.get("content-type") or [""])[0]
        if answer.status_code < 300 and kind.startswith("application/json"):
            self.pool.learn(answer.json())

    def _fault(self, case: schemathesis.Case, fault: Any, answer: Any) -> None:
        title = fault.title if isinstance(fault, Failure) else type(fault).__name__
        kind = f"{case.operation.label}: {answer.status_code} {title}"
        told = f"{fault}\n{case.as_curl_command()}\n{answer.content[:500].decode(errors='replace')}"
        self.account.faults.setdefault(kind, told)


def mix(case: schemathesis.Case, pool: Pool, chance: Random) -> None:
    """Puts real ids where ids may stand: path, query and, at any depth, body."""
    for values in (case.path_parameters, case.query, case.body):
        _mix(values, pool, chance)


def _mix(values: Any, pool: Pool, chance: Random) -> None:
    for name, inner in _places(values):
        known = pool.some(name, chance)
        if isinstance(inner, list) and inner and known and isinstance(inner[0], str):
            inner[:1] = [known] if chance.random() < REAL else inner[:1]
        elif isinstance(inner, str) and known and chance.random() < REAL:
            values[name] = known
        else:
            _mix(inner, pool, chance)


def _places(values: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(values, Mapping):
        yield from list(values.items())
    elif isinstance(values, list):
        yield from ((None, each) for each in values)


def call_all(caller: Caller, description: dict[str, Any], *, calls: int, seed: int) -> Account:
    """Rounds over all doors, with valid and with invalid data, until `calls` were made."""
    found = schemathesis.openapi.from_dict(_without_security(description))
    operations = [each.ok() for each in found.get_all_operations() if isinstance(each, Ok)]
    asked = [(operation, mode) for operation in operations for mode in MODES
             if mode is MODES[0] or _can_be_wrong(operation)]
    count = -(-calls // len(asked))
    for number in range(seed, seed + 1000):
        for operation, mode in asked:
            if caller.account.calls >= calls:
                return caller.account
            _some(caller, operation, mode, count=count, seed=number)
        count = 3  # what is left: doors without parameters have few cases to make
    return caller.account


def _can_be_wrong(operation: Any) -> bool:
    """A path alone is text whatever it holds, and a key is tried by every other door. Nor can a
    button's form without fields be wrong: the search for one took longer than all other calls."""
    told = [each for each in operation.body if each.definition["schema"].get("properties") != {}]
    return bool(told) or any(True for _ in operation.query)


def _without_security(description: dict[str, Any]) -> dict[str, Any]:
    """Else every second call is only refused for its token, which other tests look at."""
    paths = {
        path: {method: {name: part for name, part in told.items() if name != "security"}
               for method, told in methods.items()}
        for path, methods in description["paths"].items()
    }
    return {**description, "paths": paths}


def _some(caller: Caller, operation: Any, mode: Any, *, count: int, seed: int) -> None:
    @hypothesis_seed(seed)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def some(case: schemathesis.Case) -> None:
        caller.call(case)

    with suppress(Unsatisfiable):  # a door that takes nothing has nothing that could be wrong
        some()


def told(account: Account) -> str:
    """Every kind of fault with its first example."""
    return json.dumps(account.faults, ensure_ascii=False, indent=1).replace("\\n", "\n")
