"""Run by test_green.py in a process of its own: storage on green threads, results as JSON."""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

sys.path.insert(0, os.getcwd())

from kernel.group_commit import GroupCommit  # noqa: E402
from kernel.mongo import ensure_indexes, open_database  # noqa: E402
from kernel.settings import Settings  # noqa: E402
from kernel.transaction import KERNEL_INDEXES, Answer, Once, Transaction  # noqa: E402
from tests.integration.kernel.builders import keep, kept, numbers, transactions, visit  # noqa: E402

uri, prefix = sys.argv[1:]
settings = Settings(amqp_uri="amqp://unused", mongodb_uri=uri, database_prefix=prefix)
database = open_database(settings, "_green")
ensure_indexes(database, {**KERNEL_INDEXES, "things": []})
service = transactions(database, deadline=30)
seen: dict[str, Any] = {"turns while one waited": 0}


def turn() -> None:
    while True:
        eventlet.sleep(0)
        seen["turns while one waited"] += 1


def answer(transaction: Transaction) -> Answer:
    return {"id": transaction.new_id()}


def commit(items: list[str]) -> list[str | Exception]:
    groups.append(len(items))

    def work(transaction: Transaction) -> None:
        for item in items:
            keep(transaction, database, item)

    service.run(work)
    return list(items)


others = eventlet.spawn(turn)
service.run(lambda tx: tx.emit(visit("alone")))
others.kill()

pool = eventlet.GreenPool(50)
list(pool.imap(lambda _: service.run(lambda tx: tx.emit(visit("v"))), range(60)))
seen["told"] = numbers(database)["visit/v"]

given = pool.imap(lambda _: service.answer(Once("k", "f"), answer), range(50))
seen["answers"] = len({one["id"] for one in given})

groups: list[int] = []
group: GroupCommit[str, str] = GroupCommit(commit)
list(pool.imap(group.submit, [f"thing {n}" for n in range(100)]))
seen["grouped"], seen["largest group"] = len(kept(database)), max(groups)

killed = 0
for number in range(30):
    thread = eventlet.spawn(group.submit, f"killed {number}")
    eventlet.sleep(0.002)
    thread.kill()
    killed += 1
with eventlet.Timeout(20):
    seen["after kills"] = "kept" if group.submit("after kills") in kept(database) else "lost"
seen["killed"] = killed
print(json.dumps(seen))
database.client.close()
