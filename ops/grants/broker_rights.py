"""What each process may do at the broker, worked out from the catalogue of who hears what.

RabbitMQ asks for *configure* to make or delete, *write* to publish to an exchange (and to bind a
queue), *read* to hear or purge a queue (and to bind from an exchange). A right to publish to the
nameless exchange would be a right to every queue, so nobody has it: messages move by an exchange
of their service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from contracts.event import CATALOGUE
from kernel.topology import FACTS, FLOWS, LOG, MARKS, PRIVATE, RETIRED, Flow, exchange_of
from services.city import topology as city

TELLERS = ("events", "volunteers", "notifications", "stats")
CITY = "city"
SERVICES = (*TELLERS, CITY)
RELAY = "relay"  # the process that carries all outboxes
OPERATORS = "operators"  # whoever types `xiangxin`, but for making things and users
BRIDGE = "bridge"  # copies public facts to the city's virtual host
WEBHOOKS = "webhooks"  # calls the receivers of other systems; needs no broker
PROCESSES = (*SERVICES, RELAY, BRIDGE, WEBHOOKS, OPERATORS)
NOTHING = "^$"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Patterns of names, as RabbitMQ keeps them; `keys` says which facts an exchange takes."""

    write: str = NOTHING
    read: str = NOTHING
    configure: str = NOTHING
    keys: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, str]:
        return {"configure": self.configure, "write": self.write, "read": self.read}


def rights(process: str, flows: Mapping[str, Flow] = FLOWS) -> Rights:
    """The rights of one process. LookupError for a name that is none of PROCESSES."""
    if process == RELAY:
        return Rights(write=_only(FACTS, PRIVATE),
                      keys={name: _only(*_told_by(name)) for name in (FACTS, PRIVATE)})
    if process == OPERATORS:
        return Rights(
            write=_only(*{flow.moves for flow in flows.values()}, MARKS),
            read=_only(*(flow.parked for flow in flows.values()), LOG.queue),
        )
    if process == WEBHOOKS:
        return Rights()
    if process not in (*SERVICES, BRIDGE):
        raise LookupError(process)
    own = [flow for flow in (*flows.values(), *_retired(flows)) if flow.service == process]
    heard = [name for flow in own for name in (*flow.working(()), flow.parked)]
    return Rights(write=_only(*{flow.moves for flow in own}), read=_only(*heard))


def city_rights(process: str) -> Rights | None:
    """The rights in the city's virtual host; None for whom it is none of their business."""
    if process == BRIDGE:
        return Rights(write=_only(city.FACTS), read=_only(city.DROPPED),
                      keys={city.FACTS: _only(*_told_by(FACTS))})
    return None


def _told_by(exchange: str) -> Iterable[str]:
    return (key for key, fact in CATALOGUE.items() if exchange_of(fact) == exchange)


def _retired(flows: Mapping[str, Flow]) -> Iterable[Flow]:
    """Queues of the version before: its processes hear them until they are stopped."""
    return (Flow(queue=queue, facts=flows[follows].facts) for queue, follows in RETIRED.items()
            if follows in flows)


def _only(*names: str) -> str:
    """Exactly these names; nothing when there is none."""
    return f"^({'|'.join(re.escape(name) for name in sorted(names))})$" if names else NOTHING
