"""How long what is kept: classes by setting, a job, a report (C-31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, get_args

from kernel.retention import Kept, Retention
from kernel.transaction import Transaction
from services.volunteers.domain.people.requests import RequestKind
from services.volunteers.usecases.people.owning import erase
from services.volunteers.usecases.people.register import Register

AT_ONCE = 500


def classes(register: Register) -> list[dict[str, Any]]:
    """Every class with how long it is kept: `{key, kept_days, what}`; no number: until deletion."""
    kept = register.policy.retention
    return [
        {"key": "requests", "kept_days": kept.requests.days,
         "what": "找回、查阅和更正资料的申请（含申请人联系方式）"},
        {"key": "reads", "kept_days": kept.reads.days, "what": "工作人员查阅记录"},
        {"key": "stopped", "kept_days": kept.stopped.days,
         "what": "监护人撤回同意后的身份信息"},
        {"key": "identity", "kept_days": None, "what": "身份信息：本人删除时清除"},
        {"key": "records", "kept_days": None,
         "what": "服务时长、培训、表彰、评价：长期保存，只与编号关联"},
    ]


def retention(register: Register) -> Retention:
    """The same classes with how old the oldest of each is; `forget` is what erases them."""
    kept, people = register.policy.retention, register.people
    what = {each["key"]: each["what"] for each in classes(register)}
    return Retention(register.transactions.database, "volunteers", [
        Kept(key="requests", what=what["requests"], period=kept.requests,
             source="RETAIN_REQUESTS", oldest=people.requests.oldest),
        Kept(key="reads", what=what["reads"], period=kept.reads, source="RETAIN_READS",
             oldest=people.reads.oldest),
        Kept(key="stopped", what=what["stopped"], period=kept.stopped, source="RETAIN_STOPPED",
             oldest=people.volunteers.oldest_stopped),
        *(Kept(key=key, what=what[key]) for key in ("identity", "records")),
    ])


def forget(register: Register) -> dict[str, int]:
    """Deletes what is past its time and keeps a report; how many of each class.

    Safe to repeat; each class and each batch in a transaction of its own, so that what was done
    before a failure stays. The report of a run in which nothing was due is not kept.
    """
    now, kept = register.clock(), register.policy.retention
    done = {
        "requests": _forget_requests(register, now - kept.requests),
        "reads": _in_batches(register, partial(
            register.people.reads.forget_before, now - kept.reads, limit=AT_ONCE)),
        "stopped": _forget_stopped(register, now - kept.stopped),
    }
    retention(register).ran(done, now)
    if any(done.values()):
        register.transactions.run(lambda transaction: register.people.reads.report(
            {"at": transaction.now, "forgotten": done}, within=transaction))
    return done


def reports(register: Register) -> list[dict[str, Any]]:
    """The latest runs first: `{at, forgotten: {class: number}}`."""
    return register.people.reads.reports()


def _forget_requests(register: Register, before: datetime) -> int:
    requests = register.people.requests
    kinds: tuple[RequestKind, ...] = get_args(RequestKind)
    return sum(
        _in_batches(register, partial(requests.forget_before, before, kind, limit=AT_ONCE))
        for kind in kinds
    )


def _forget_stopped(register: Register, before: datetime) -> int:
    numbers = register.people.volunteers.stopped_before(before, limit=AT_ONCE)
    for number in numbers:
        register.transactions.run(partial(_erase, register, number))
    return len(numbers)


def _erase(register: Register, volunteer_no: str, transaction: Transaction) -> None:
    erase(register, register.known(volunteer_no, within=transaction), transaction)


def _in_batches(register: Register, work: Callable[..., int]) -> int:
    """The work `within` a transaction, again and again until it finds less than a batch."""
    total = 0
    while True:
        done = register.transactions.run(lambda transaction: work(within=transaction))
        total += done
        if done < AT_ONCE:
            return total
