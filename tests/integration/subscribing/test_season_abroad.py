"""Another system, written from docs/subscribing.md with npm's amqplib, works out the published
figures of 马路天使 of 2021 by itself: by the stream from its beginning, and again by the feed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.event import Fact
from contracts.session import SessionRef
from kernel.broker import Message, Publisher, drop, open_connection
from kernel.envelope import wrap
from ops.season.plan import Activity, Session, plan
from ops.season.published import Published, read_published
from ops.setup.assets import FOLDER
from services.city.bridge.copying import QUEUE
from tests.rig.abroad import Abroad
from tests.rig.events import TOKEN, login_keys
from tests.rig.outsider import Typed, added
from tests.unit.stats.builders import NOW, attended, closed, corrected, credited
from tests.waiting import eventually

SCRIPT = Path(__file__).with_name("season.mjs")
WRONG = 30  # minutes of an entry that is reversed and made anew
pytestmark = pytest.mark.chaos  # the whole season: minutes


def session_of(activity: Activity, session: Session, number: int) -> SessionRef:
    return SessionRef(
        session_id=f"{activity.key}-{number}", activity_id=activity.key, kind="shift",
        programme=activity.programme, street=activity.street, starts_at=session.starts_at,
        ends_at=session.ends_at, title=activity.title, place=activity.place)


def facts_of(session: Session, ref: SessionRef) -> Iterator[Fact]:
    """As the services tell of a session at its end; the first entry of it is put right once."""
    length = int((session.ends_at - session.starts_at).total_seconds()) // 60
    people = [person.phone for stand in session.attendances for person in stand.party]
    for phone in people:
        yield attended(f"person-{phone}", ref)
    yield attended("person-nobody", ref, state="absent")
    first = f"person-{people[0]}"
    yield credited(first, ref, minutes=WRONG, entry=f"{ref.session_id}-wrong")
    yield corrected(first, WRONG, reverses=f"{ref.session_id}-wrong", session=ref)
    for phone in people:
        yield credited(f"person-{phone}", ref, minutes=length)
    yield closed(ref, served=session.served, online=session.online)


def season(published: Published) -> Iterator[Fact]:
    for activity in plan(published).activities:
        for number, session in enumerate(activity.sessions):
            yield from facts_of(session, session_of(activity, session, number))


def tell(abroad: Abroad, facts: Iterator[Fact]) -> int:
    """Put into the bridge's queue in their envelopes; how many."""
    counts = Counter[str]()
    connection = open_connection(abroad.queues.uri)
    try:
        publisher = Publisher(connection)
        for number, fact in enumerate(facts):
            counts[fact.subject()] += 1
            told = wrap(fact, id=f"season-{number}", source="/xiangxin/season",
                        sequence=counts[fact.subject()], time=NOW)
            publisher.send(Message(body=told.to_json().encode(), exchange="", routing_key=QUEUE,
                                   message_id=told.id, type=fact.key), number)
        assert {one.end for one in publisher.settle_all()} == {"confirmed"}
    finally:
        drop(connection)
    return counts.total()


def test_it_gets_the_season_by_replay_and_computes_what_was_published(
    abroad: Abroad, typed: Typed, name: str, tmp_path: Path
) -> None:
    published = read_published()
    count = tell(abroad, season(published))
    abroad.bridge().start(ready=False)
    settings = {"ROLE": "http", "STAFF_TOKEN": TOKEN, "VAULT_KEY": b64encode(bytes(96)).decode(),
                **login_keys()}
    city = abroad.process("city", "kernel.serve", "city", environment=settings).start()
    eventually(lambda: abroad.store.feed.last() == count, within=120)
    hers = added(typed, name, "--facts", "#")

    shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "node_modules").symlink_to(FOLDER / "node_modules")
    node = shutil.which("node")
    assert node, "node comes with npm"
    done = subprocess.run(
        [node, str(tmp_path / SCRIPT.name)], capture_output=True, text=True, timeout=240,
        env={**os.environ, "AMQP_URL": hers.uri, "FEED": f"{city.address}/feed",
             "TOKEN": hers.token, "LAST": str(count)})

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    printed = {figure: published.figures["road-angels"][figure]
               for figure in ("attendances", "minutes", "hours", "served_reported")}
    assert {figure: said["stream"][figure] for figure in printed} == printed
    assert {figure: said["feed"][figure] for figure in printed} == printed
    assert said["stream"]["facts"] == count
