"""A private RabbitMQ node, or the one that AMQP_URI names."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from kombu import Connection

from kernel.amqp_uri import with_vhost
from ops.management import Management, ManagementAway, ManagementRefused
from ops.parts.ports import LOOPBACK, free_port
from ops.parts.server import PartFailed, Server, end, spawn

# Debian's own /usr/sbin/rabbitmq-server changes to user rabbitmq; the scripts below it do not.
SCRIPTS = Path("/usr/lib/rabbitmq/bin")
USER = "guest"
EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}

CONFIGURATION = """\
listeners.tcp.default = {address}:{port}
log.file.level = warning
# A demo or a test needs no write-ahead log of 512 MiB.
raft.wal_max_size_bytes = 67108864
disk_free_limit.absolute = 64MB
# Its API makes virtual hosts and users in milliseconds; nobody looks at its figures here.
management.tcp.ip = {address}
management.tcp.port = {api_port}
management_agent.disable_metrics_collector = true
"""


def script(name: str) -> str:
    """The path of a RabbitMQ command; raises PartFailed when RabbitMQ is not installed."""
    beside = SCRIPTS / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise PartFailed(f"{name} is missing: run `make setup` or apt-get install rabbitmq-server")
    return found


def answers(uri: str) -> bool:
    """True when a broker at `uri` lets us in within two seconds."""
    try:
        with Connection(uri, connect_timeout=2) as connection:
            connection.connect()
    except Exception:
        return False
    return True


class Broker(Server):
    """A RabbitMQ node of our own: name, ports, epmd, cookie and data belong to `folder` alone."""

    title = "RabbitMQ"
    stop_deadline = 30.0

    def __init__(self, folder: Path, *, port: int | None = None, more: str = "") -> None:
        """`more` are further lines of its configuration."""
        super().__init__(folder, port=port)
        self._more = more
        self._api_port = free_port()
        self.node = "xiangxin@localhost"  # the data folder is named after it; its epmd is our own
        self._distribution_port = free_port()
        self._epmd_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"amqp://{USER}:{USER}@{LOOPBACK}:{self.port}/"

    @property
    def api(self) -> str:
        """Its management API, with the administrator's login."""
        return f"http://{USER}:{USER}@{LOOPBACK}:{self._api_port}"

    def command(self) -> Sequence[str]:
        return [script("rabbitmq-server")]

    def answers(self) -> bool:
        return _listens(self._api_port) and answers(self.uri)

    def environment(self) -> dict[str, str]:
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))}
        return kept | {
            "HOME": str(self.folder / "home"),  # the Erlang cookie lives there
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            "RABBITMQ_CTL_ERL_ARGS": loopback,
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the node: our child is it
        }

    def start(self) -> None:
        self._prepare()
        environment = self.environment()
        epmd = ["epmd", "-port", str(self._epmd_port), "-address", LOOPBACK]
        self._epmd = spawn(epmd, env=environment, log=self.folder / "epmd.log")
        super().start()

    def stop(self) -> None:
        super().stop()
        self._stop_epmd()

    def kill(self) -> None:
        super().kill()
        self._stop_epmd()

    def _prepare(self) -> None:
        for name in ("home", "mnesia", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        configuration = CONFIGURATION.format(address=LOOPBACK, port=self.port,
                                             api_port=self._api_port)
        (self.folder / "rabbitmq.conf").write_text(configuration + self._more)

    def _stop_epmd(self) -> None:
        if self._epmd is not None:
            end(self._epmd, within=5)
            self._epmd = None

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl on this node and return what it printed."""
        done = subprocess.run(
            [script("rabbitmqctl"), "--quiet", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise PartFailed(f"rabbitmqctl {' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout

    def add_vhost(self, name: str) -> str:
        """A fresh virtual host; returns its URI."""
        return _with_vhost_made(self.uri, self.api, name)

    def drop_vhost(self, name: str) -> None:
        _drop_vhost(self.uri, self.api, name)


class GivenBroker:
    """The broker that AMQP_URI names; virtual hosts need its management address in RABBITMQ_API."""

    def __init__(self, uri: str, *, api: str | None = None) -> None:
        self.uri = uri
        self._api = api

    @property
    def api(self) -> str:
        """Its management API. Raises PartFailed when nobody said where it is."""
        if not self._api:
            raise PartFailed("AMQP_URI is set: set RABBITMQ_API too (http://host:15672)")
        return self._api

    def add_vhost(self, name: str) -> str:
        return _with_vhost_made(self.uri, self.api, name)

    def drop_vhost(self, name: str) -> None:
        _drop_vhost(self.uri, self.api, name)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex((LOOPBACK, port)) == 0


def _with_vhost_made(uri: str, api: str, name: str) -> str:
    user = urlsplit(uri).username or USER
    with _management(uri, api) as management:
        management.put("vhosts", name)
        management.put("permissions", name, user, body=EVERYTHING)
    return with_vhost(uri, name)


def _drop_vhost(uri: str, api: str, name: str) -> None:
    with _management(uri, api) as management:
        management.delete("vhosts", name)


@contextmanager
def _management(uri: str, api: str) -> Iterator[Management]:
    """Raises PartFailed for whatever goes wrong in the block."""
    login = urlsplit(uri)
    try:
        with Management(api, user=login.username or USER,
                        password=login.password or USER) as opened:
            yield opened
    except (ManagementAway, ManagementRefused) as fault:
        raise PartFailed(str(fault)) from fault


@contextmanager
def open_broker(
    folder: Path, *, port: int | None = None, environ: Mapping[str, str] = os.environ
) -> Iterator[Broker | GivenBroker]:
    """The broker of AMQP_URI, or a private node in `folder` that is stopped at the end."""
    if given := environ.get("AMQP_URI"):
        yield GivenBroker(given, api=environ.get("RABBITMQ_API"))
        return
    with Broker(folder, port=port) as broker:
        yield broker
