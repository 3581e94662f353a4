"""Steps that several rows share."""

from __future__ import annotations

from tests.rig.account import Account
from tests.rig.process import Process
from tests.rig.rig import Rig


def names(count: int, kind: str = "visit") -> list[str]:
    """Names of things to tell."""
    return [f"{kind}-{number}" for number in range(count)]


def publish_to(exchange: str, queue: str) -> bytes:
    """How AMQP says "publish to this queue by that exchange"."""
    basic_publish, ticket = b"\x00\x3c\x00\x28", b"\x00\x00"
    names = b"".join(bytes([len(name)]) + name.encode() for name in (exchange, queue))
    return basic_publish + ticket + names


def told_to_a_dying_ledger(rig: Rig, crash_at: str, **environment: str) -> Account:
    """Thirty facts for a ledger that dies at the point and is started again."""
    ledger = rig.ledger(**environment)
    rig.relay().start()
    rig.tell(names(30))
    ledger.start(ready=False, CRASH_AT=crash_at)
    ledger.has_crashed()
    rig.forget_abandoned_transactions()
    return rig.finish(ledger.start())


def told_to_a_failing_ledger(rig: Rig, **environment: str) -> Process:
    """One fact on which the handler fails, for a ledger with these variables."""
    rig.relay().start()
    rig.tell(["broken-0"], programme="broken")
    return rig.ledger().start(ready=False, LEDGER_FAILS="yes", **environment)
