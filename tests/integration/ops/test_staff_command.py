"""`xiangxin staff`, as an operator types it: made, changed, invited, shut; refusals in words."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from kernel.audit.book import Book
from kernel.mongo import ensure_indexes
from kernel.transaction import KERNEL_INDEXES
from services.events.store import INDEXES
from tests.rig.typed import typed as typed_here
from tests.rig.typed import typed_apart

Typed = Callable[..., tuple[int, str]]
KEY = base64.b64encode(bytes(range(96))).decode()


@pytest.fixture
def events(mongodb_uri: str, database_name: str) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        database = client[f"{database_name}_events"]
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        yield database
        client.drop_database(database.name)


@pytest.fixture
def typed(events: Database[dict[str, Any]], mongodb_uri: str, database_name: str) -> Typed:
    environ = {
        "AMQP_URI": "amqp://nobody@127.0.0.1:1/", "VAULT_KEY": KEY, "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": f"{database_name}_",
        "LOGIN_KEY": base64.b64encode(bytes(range(32))).decode(),
        "SERVICE_URLS": "events=https://events.example.cn",
    }

    def run(*words: str, apart: bool = False) -> tuple[int, str]:
        done = (typed_apart if apart else typed_here)(environ, "staff", *words)
        return done.returncode, done.stdout + done.stderr

    return run


def test_an_account_is_made_listed_changed_invited_shut_and_opened_again(
        typed: Typed, events: Database[dict[str, Any]]) -> None:
    code, said = typed("add", "reception", "--role", "desk", "--street", "大鹏", apart=True)
    assert code == 0 and "reception is made" in said, said
    code, said = typed("list")
    assert code == 0 and re.search(r"reception +open +desk +\(大鹏\)  not set up yet", said), said
    assert typed("change", "reception", "--role", "operator")[0] == 0
    code, said = typed("show", "reception")
    assert code == 0 and "operator" in said and "0 recovery codes" in said, said
    code, said = typed("invite", "reception")
    assert code == 0 and "https://events.example.cn/staff/invitation" in said, said
    assert re.search(r"code, once, within 3 days: [A-Z2-7-]{24}", said), said
    code, said = typed("close", "reception")
    assert code == 0 and "closed" in said, said
    code, said = typed("open", "reception")
    assert code == 0 and "open" in said, said
    rows = Book(events).since(0, limit=100)
    assert [row["what"] for row in rows] == [
        "staff_add", "staff_change", "staff_invite", "staff_close", "staff_open"]


def test_what_a_rule_refuses_is_said_in_words_and_changes_nothing(
        typed: Typed, events: Database[dict[str, Any]]) -> None:
    assert typed("add", "reception", "--role", "desk")[0] == 0
    for words, says in ((("add", "reception", "--role", "desk"), "NameTaken"),
                        (("invite", "nobody"), "UnknownAccount"),
                        (("add", "x", "--role", "king"), "invalid choice"),
                        (("add", "y"), "--role")):
        code, said = typed(*words)
        assert code != 0 and says in said and "Traceback" not in said, said
    assert events["staff_accounts"].count_documents({}) == 1
