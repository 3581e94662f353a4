"""TLS to broker and database: verified by the authority that the URI names, refused otherwise."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests

from kernel.amqp_uri import WrongUri, read_uri
from kernel.broker import Message, NoHandshake, Publisher, drop, open_connection
from kernel.clock import system_clock
from kernel.consume.consumer import Consumer
from kernel.declaring import declare
from kernel.envelope import Envelope
from kernel.mongo import Unavailable, open_database, ping
from kernel.parked import list_parked
from kernel.settings import Settings, read
from kernel.topology import FLOWS
from kernel.transaction import Transactions
from ops.parts import Broker, Database, free_port
from ops.prepare import migrate
from tests.fakes.tls import Authority, made
from tests.rig.facts import visit
from tests.rig.process import Process
from tests.rig.where import Where
from tests.waiting import eventually

FLOW = FLOWS["stats.fold-figures"]
LISTENER = """\
listeners.ssl.default = 127.0.0.1:{port}
ssl_options.cacertfile = {authority.authorities}
ssl_options.certfile = {authority.server}
ssl_options.keyfile = {authority.server}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = {must}
"""


class SecureDatabase(Database):
    """The embedded database behind TLS alone."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        super().__init__(folder)
        self._authority = authority

    @property
    def uri(self) -> str:
        return f"{super().uri}&tls=true&tlsCAFile={self._authority.authorities}"

    def command(self) -> Sequence[str]:
        key = str(self._authority.server)
        return [*super().command(), "--tls-cert-file", key, "--tls-key-file", key]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return made(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return made(tmp_path_factory.mktemp("others"))


@pytest.fixture(scope="module")
def node(ours: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, int]]:
    """A broker and its port for TLS, at which everybody shows a certificate."""
    port = free_port()
    lines = LISTENER.format(port=port, authority=ours, must="true")
    with Broker(tmp_path_factory.mktemp("broker"), more=lines) as opened:
        connection = open_connection(opened.uri)
        declare(connection, flows=[each for each in FLOWS.values() if each.service == "stats"])
        drop(connection)
        yield opened, port


@pytest.fixture
def secure(node: tuple[Broker, int], ours: Authority) -> str:
    """Whole as an operator writes it, with a certificate of our own."""
    return (f"amqps://guest:guest@127.0.0.1:{node[1]}/?cacertfile={ours.authorities}"
            f"&certfile={ours.server}&keyfile={ours.server}")


def test_within_tls_messages_are_told_heard_moved_and_looked_at(secure: str) -> None:
    connection = open_connection(secure)
    publisher = Publisher(connection)
    many = [b"no envelope" + bytes(20_000)] * 5  # more than one record of TLS each
    for number, body in enumerate(many):
        publisher.send(Message(body=body, exchange="", routing_key=FLOW.queue,
                               message_id=str(number)), number)
    assert {end.end for end in publisher.settle_all()} == {"confirmed"}
    publisher.beat()
    drop(connection)

    def never(_: list[Envelope]) -> None:
        raise AssertionError("nothing of this is an envelope")

    consumer = Consumer(secure, FLOW, never)
    threads = [threading.Thread(target=run) for run in (consumer.run, consumer.work)]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: len(list_parked(secure, FLOW)) == len(many))
    finally:
        consumer.stop()
        for thread in threads:
            thread.join()


def test_a_service_and_the_relay_do_their_work_within_tls(
    secure: str, secure_database: str, tmp_path: Path
) -> None:
    variables = {"AMQP_URI": secure, "MONGODB_URI": secure_database, "DATABASE_PREFIX": "tls_"}
    tell(secure_database)
    ports = [free_port(), free_port(), free_port()]
    with (
        Process("kernel.serve", "stats", log=tmp_path / "stats.log", port=ports[0], environment={
            **variables, "BIND": f"127.0.0.1:{ports[0]}",
            "METRICS_BIND": f"127.0.0.1:{ports[1]}"}) as stats,
        Process("kernel.relay", "stats", log=tmp_path / "relay.log", port=ports[2], environment={
            **variables, "METRICS_BIND": f"127.0.0.1:{ports[2]}"}) as relay,
    ):
        eventually(relay.is_ready)
        figures = f"{stats.address}/api/figures?as_of=2099-01-01"
        eventually(lambda: requests.get(figures, timeout=5).json()["figures"]["households"] == 1)
        assert stats.stop() == 0


def tell(uri: str) -> None:
    """One visit, in the outbox of stats, whose tables are there."""
    migrate(read(Settings, {"AMQP_URI": "amqp://nobody@x", "MONGODB_URI": uri,
                            "DATABASE_PREFIX": "tls_"}), ["stats"])
    database = open_database(Where(uri, "tls_"), "stats")
    try:
        Transactions(database, source="/tests", clock=system_clock).run(
            lambda transaction: transaction.emit(visit("seen")))
    finally:
        database.client.close()


def test_who_shows_no_certificate_where_one_is_asked_for_is_refused(
    node: tuple[Broker, int], ours: Authority
) -> None:
    with pytest.raises(OSError):
        open_connection(f"amqps://guest:guest@127.0.0.1:{node[1]}/?cacertfile={ours.authorities}")


def test_a_broker_of_another_authority_is_told_nothing(secure: str, ours: Authority,
                                                      others: Authority) -> None:
    strange = secure.replace(f"cacertfile={ours.authorities}", f"cacertfile={others.authorities}")
    with pytest.raises(NoHandshake, match=r"127.0.0.1:\d+ is not trusted.*cacertfile"):
        open_connection(strange)
    alone = secure.partition("?")[0]  # the system's authorities do not know it either
    with pytest.raises(NoHandshake, match="is not trusted"):
        open_connection(alone)


def test_a_broker_under_another_name_is_told_nothing(secure: str) -> None:
    with pytest.raises(NoHandshake, match=r"localhost:\d+ is not trusted: .*mismatch"):
        open_connection(secure.replace("127.0.0.1", "localhost"))


def test_tls_where_there_is_none_and_none_where_there_is_are_said(
    node: tuple[Broker, int], secure: str
) -> None:
    broker, port = node
    with pytest.raises(NoHandshake, match="does not answer in TLS"):
        open_connection(secure.replace(f":{port}/", f":{broker.port}/"))
    with pytest.raises(NoHandshake, match="amqps://"):
        open_connection(f"amqp://guest:guest@127.0.0.1:{port}/")


@pytest.mark.parametrize(("query", "said"), [
    ("cafile=/x", "the parameter cafile"), ("cacertfile=/not/there", "not there: /not/there"),
    ("certfile={server}", "certfile without keyfile"),
])
def test_a_parameter_that_cannot_be_is_named(query: str, said: str, ours: Authority) -> None:
    with pytest.raises(WrongUri, match=said):
        read_uri("amqps://someone@broker/?" + query.format(server=ours.server))


@pytest.fixture(scope="module")
def secure_database(ours: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a database that speaks TLS only."""
    with SecureDatabase(tmp_path_factory.mktemp("database"), ours) as opened:
        yield opened.uri


def test_the_database_is_reached_within_tls_and_by_no_other_way(
    secure_database: str, others: Authority, ours: Authority
) -> None:
    reached(secure_database)
    for wrong in (secure_database.replace(str(ours.authorities), str(others.authorities)),
                  secure_database.replace("127.0.0.1", "localhost"),
                  secure_database.replace("tls=true", "tls=false").partition("&tlsCAFile")[0]):
        with pytest.raises(Unavailable):
            reached(wrong)


def reached(uri: str) -> None:
    database = open_database(Where(uri, "tls_"), "events")
    try:
        ping(database)
    finally:
        database.client.close()
