"""What the audit log keeps of a door: every change by staff, every read of a caseworker's, and who
was refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from kernel.audit.act import Act, Audit, Kind, acting, looking
from kernel.web.access import ANYONE, CASEWORKER, MACHINES, SAFE_METHODS, Allow
from kernel.web.call import Call
from kernel.web.problem import Refused


class Guarded(Protocol):
    """What is read of a door."""

    allow: Allow
    audit: Audit
    method_name: str


def audit_of(allow: Allow, method: str) -> Audit:
    """What is kept where a door says nothing else: staff's changes, caseworkers' reads (C-28)."""
    if allow is ANYONE or allow in MACHINES:
        return "none"
    if set(method.split(",")) <= SAFE_METHODS:
        return "read" if allow is CASEWORKER else "none"
    return "changed"


@contextmanager
def audited(door: Guarded, call: Call) -> Iterator[None]:
    """While the door's method acts. A change carries its row in its own commit; where nothing was
    changed there is none, but a read is kept all the same, before it is shown. Of `minors` only
    looks at minors are kept, as the use case names them (`Transactions.saw`).

    Raises Unavailable when a read cannot be kept.
    """
    if door.audit == "none":
        yield
        return
    if door.audit == "minors":
        with looking(act_of(door.method_name, call, "read")):
            yield
        return
    act = act_of(door.method_name, call, door.audit)
    with acting(act):
        yield
    if door.audit == "read" and not act.kept and call.auditor is not None:
        call.auditor.keep(act)


def tell_refusal(door: Guarded, call: Call, refused: Refused) -> None:
    """Keeps a 403 of a door that is not for everyone. A caller without any token is no attempt at
    anything: what links and crawlers do is not kept."""
    if refused.problem.status == 403 and door.allow is not ANYONE:
        tell(call, "refused", door.method_name, code=refused.problem.code)


def tell(call: Call, kind: Kind, what: str, *, by: str | None = None, code: str = "") -> None:
    """Keeps what is no change, where this process keeps anything."""
    if call.auditor is not None:
        act = act_of(what, call, kind)
        act.by = act.by if by is None else by
        act.code = code
        call.auditor.tell(act)


def act_of(what: str, call: Call, kind: Kind) -> Act:
    """Who does it, and where; the path alone, for a query may hold what somebody looked for."""
    method, path = call.environ.get("REQUEST_METHOD", ""), call.environ.get("PATH_INFO", "")
    return Act(
        kind=kind, by=call.rights.actor, roles=tuple(call.rights.roles), what=what,
        place=f"{method} {path}", address=call.address, correlation=call.correlation,
    )
