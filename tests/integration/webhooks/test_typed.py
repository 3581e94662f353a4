"""`xiangxin webhook`, as an operator types it, with a caller that runs."""

from __future__ import annotations

from kernel.audit.book import Book, Wanted
from services.city.store.webhooks import WEBHOOKS
from tests.rig.callers import Callers
from tests.rig.receiver import Doing, Receiver
from tests.waiting import eventually


def test_from_the_first_call_to_the_last(callers: Callers, receiver: Receiver) -> None:
    callers.subscribe("exchange")
    old = callers.publish("a", "b")

    code, said = callers.run("set", "exchange", receiver.url, apart=True)
    assert code == 0 and said.count("whsec_") == 1, said
    secret = said.split()[-1]
    assert secret.startswith("whsec_") and secret not in kept(callers)
    callers.caller().start()
    code, said = callers.run("ping", "exchange")
    assert code == 0 and "delivered" in said and "204" in said, said
    new = callers.publish("a")
    eventually(lambda: new[0] in receiver.ids)
    assert not set(old) & set(receiver.ids)

    code, said = callers.run("replay", "exchange", "--from", "1", "--to", "1")
    assert code == 0 and "from position 1 to 1" in said, said
    code, said = callers.run("replay", "exchange", "--id", old[1])
    assert code == 0, said
    eventually(lambda: set(old) <= set(receiver.ids))
    code, said = callers.run("calls", "exchange")
    assert code == 0 and "4 calls" in said and old[0] in said, said
    code, said = callers.run("rotate-secret", "exchange")
    assert code == 0 and said.count("whsec_") == 1 and secret not in said
    code, said = callers.run("show", "exchange")
    assert code == 0 and receiver.url in said and "secrets        2" in said, said
    for words in (("pause", "exchange"), ("resume", "exchange"), ("remove", "exchange")):
        assert callers.run(*words)[0] == 0
    code, said = callers.run("show", "exchange")
    assert code == 1 and "exchange has no webhook" in said, said


def test_what_was_typed_is_in_the_audit_log(callers: Callers, receiver: Receiver) -> None:
    callers.subscribe("exchange")
    for words in (("set", "exchange", receiver.url), ("rotate-secret", "exchange"),
                  ("remove", "exchange")):
        assert callers.run(*words)[0] == 0

    found = Book(callers.database("city")).latest(Wanted(kind="changed"), skip=0, limit=9)

    assert [row["what"] for row in reversed(found)] == [
        "webhook_set", "webhook_rotate-secret", "webhook_remove"]
    assert found[-1]["after"] == {"subscriber": "exchange", "position": 0}
    assert {row["by"] for row in found} == {"operator command"} and "whsec_" not in str(found)


def test_what_cannot_be_is_refused_with_what_can(callers: Callers, receiver: Receiver) -> None:
    callers.subscribe("exchange")
    for words, why in (
        (("set", "exchange", "ftp://a.example.cn/"), "it begins with https:// or http://"),
        (("set", "exchange", "http://10.0.0.1/"), "WEBHOOK_NETWORKS"),
        (("set", "exchange", "http://169.254.169.254/latest"), "WEBHOOK_NETWORKS"),
        (("set", "nobody", receiver.url), "there is no subscriber nobody"),
        (("set", "exchange", receiver.url, "--from", "yesterday"), "2026-11-27T08:00:00+08:00"),
        (("ping", "exchange"), "exchange has no webhook"),
        (("replay", "exchange", "--from", "1"), "exchange has no webhook"),
    ):
        code, said = callers.run(*words)
        assert code == 1 and why in said, said


def test_an_answer_that_is_none_is_shown_with_its_reason(
    callers: Callers, receiver: Receiver
) -> None:
    receiver.does = lambda call: Doing(status=500, body="数据库没有启动".encode())
    callers.set("exchange", receiver.url)
    callers.caller().start()

    code, said = callers.run("ping", "exchange")

    assert code == 1 and "answered 500" in said and "数据库没有启动" in said, said


def kept(callers: Callers) -> str:
    return str(list(callers.database("city")[WEBHOOKS].find()))
