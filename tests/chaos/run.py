"""One seeded run of each stack on servers of its own, and the table of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ops.parts import Broker
from tests.chaos.baseline.stack import Baseline
from tests.chaos.ours import Ours
from tests.chaos.plan import plan
from tests.chaos.proxy import FaultProxy
from tests.chaos.stack import Servers, Stack
from tests.chaos.storm import Outcome, Say, Storm
from tests.rig.fixtures import DurableDatabase
from tests.rig.uris import port_of

PER_SECOND = 12  # sign-ups, about a thousand in a run


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """A broker and a database for one run, and the lines to them."""
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(folder / "broker"))
        database = stack.enter_context(DurableDatabase(folder / "database"))
        broker_line = stack.enter_context(FaultProxy(port_of(broker.uri)))
        database_line = stack.enter_context(FaultProxy(port_of(database.uri)))
        yield Servers(
            broker=broker,
            database=database,
            broker_line=broker_line,
            database_line=database_line,
        )


def both(seed: int, seconds: float, folder: Path, *, say: Say) -> dict[str, Outcome]:
    """Our stack and the baseline under the same strikes, one after the other."""
    count = round(seconds * PER_SECOND)
    kinds: tuple[Callable[[Servers, Path], Stack], ...] = (
        lambda given, place: Ours(given, places=count, folder=place),
        lambda given, place: Baseline(given, folder=place),
    )
    outcomes: dict[str, Outcome] = {}
    for number, kind in enumerate(kinds):
        place = folder / f"stack-{number}"
        place.mkdir(parents=True)
        with servers(place) as given:
            stack = kind(given, place)
            say(f"{stack.name}, seed {seed}, {count} sign-ups over {seconds:g} s")
            try:
                storm = Storm(stack, given, say=say)
                outcomes[stack.name] = storm.rage(plan(seed, seconds), count=count, seconds=seconds)
            finally:
                stack.close()
    return outcomes


def table(outcomes: dict[str, Outcome]) -> str:
    """One line for each stack."""
    return "\n".join(
        f"{name:13} {outcome.account.line()}  settled after {outcome.settled_after:.0f} s"
        + (" and a restart by hand" if outcome.restarted_by_hand else "")
        for name, outcome in outcomes.items()
    )
