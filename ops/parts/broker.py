"""A private RabbitMQ node, or the one that AMQP_URI names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from kombu import Connection

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
"""


def script(name: str) -> str:
    """The path of a RabbitMQ command; raises PartFailed when RabbitMQ is not installed."""
    beside = SCRIPTS / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise PartFailed(f"{name} is missing: run `make setup` or apt-get install rabbitmq-server")
    return found


def with_vhost(uri: str, name: str) -> str:
    """The same server and user, another virtual host."""
    return urlsplit(uri)._replace(path="/" + quote(name, safe="")).geturl()


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

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        super().__init__(folder, port=port)
        self.node = "xiangxin@localhost"  # the data folder is named after it; its epmd is our own
        self._distribution_port = free_port()
        self._epmd_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"amqp://{USER}:{USER}@{LOOPBACK}:{self.port}/"

    def command(self) -> Sequence[str]:
        return [script("rabbitmq-server")]

    def answers(self) -> bool:
        return answers(self.uri)

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
        (self.folder / "enabled_plugins").write_text("[].\n")
        configuration = CONFIGURATION.format(address=LOOPBACK, port=self.port)
        (self.folder / "rabbitmq.conf").write_text(configuration)

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
        permission = {"user": USER, "vhost": name} | EVERYTHING
        definitions = {"vhosts": [{"name": name}], "permissions": [permission]}
        file = self.folder / "vhost.json"
        file.write_text(json.dumps(definitions))
        self.control("import_definitions", str(file))  # one call: each takes seconds of processor
        return with_vhost(self.uri, name)

    def drop_vhost(self, name: str) -> None:
        self.control("delete_vhost", name)


class GivenBroker:
    """The broker that AMQP_URI names; virtual hosts need its management address in RABBITMQ_API."""

    def __init__(self, uri: str, *, api: str | None = None) -> None:
        self.uri = uri
        self._api = (api or "").rstrip("/")

    def add_vhost(self, name: str) -> str:
        user = quote(urlsplit(self.uri).username or USER, safe="")
        self._call("PUT", f"vhosts/{quote(name, safe='')}")
        self._call("PUT", f"permissions/{quote(name, safe='')}/{user}", EVERYTHING)
        return with_vhost(self.uri, name)

    def drop_vhost(self, name: str) -> None:
        self._call("DELETE", f"vhosts/{quote(name, safe='')}")

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> None:
        if not self._api:
            raise PartFailed("AMQP_URI is set: set RABBITMQ_API too (http://host:15672)")
        login, at = urlsplit(self._api), urlsplit(self.uri)
        url = f"{login.scheme}://{login.hostname}:{login.port or 15672}/api/{path}"
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        user, password = login.username or at.username, login.password or at.password
        passwords.add_password(None, url, user or USER, password or USER, is_authenticated=True)
        opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
        request = urllib.request.Request(url, json.dumps(body or {}).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        try:
            opener.open(request, timeout=10).close()
        except urllib.error.URLError as fault:
            raise PartFailed(f"{method} {url}: {fault}") from fault


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
